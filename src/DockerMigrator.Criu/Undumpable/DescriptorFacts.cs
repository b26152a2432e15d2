using System.Runtime.InteropServices;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>An open file of a process.</summary>
/// <param name="Number">The descriptor.</param>
/// <param name="Target">What <c>/proc/PID/fd/N</c> points to.</param>
/// <param name="Device">Its numbers, if it is a device.</param>
/// <param name="SocketProtocol">The kernel's name of its protocol, if it is a socket.</param>
/// <param name="Info">Text of <c>/proc/PID/fdinfo/N</c>, read for pipes, files and watches only, else empty.</param>
public sealed record DescriptorFacts(int Number, string Target, DeviceFile? Device, string? SocketProtocol, string Info)
{
    private const int DirectFlag = 0x4000; // O_DIRECT on x86
    private const int DirectFlagArm = 0x10000;

    /// <summary>Kind of an anonymous inode without brackets (<c>io_uring</c>); null for other files.</summary>
    public string? AnonymousKind =>
        Target.StartsWith("anon_inode:", StringComparison.Ordinal) ? Target["anon_inode:".Length..].Trim('[', ']') : null;

    /// <summary>Whether it is a pipe in packet mode.</summary>
    public bool IsPacketPipe => Target.StartsWith("pipe:[", StringComparison.Ordinal) && (Flags & PacketFlag) != 0;

    /// <summary>Mount id of the file; null if unknown.</summary>
    public int? MountId => int.TryParse(InfoField("mnt_id"), out var id) ? id : null;

    private static int PacketFlag =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? DirectFlagArm : DirectFlag;

    private int Flags
    {
        get
        {
            var flags = 0;
            foreach (var digit in InfoField("flags"))
            {
                if (digit is < '0' or > '7')
                    return 0;
                flags = (flags << 3) | (digit - '0');
            }

            return flags;
        }
    }

    private string InfoField(string name)
    {
        foreach (var line in Info.Split('\n'))
        {
            if (line.StartsWith(name + ":", StringComparison.Ordinal))
                return line[(name.Length + 1)..].Trim();
        }

        return "";
    }
}
