using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Tasks;

/// <summary>A device node's numbers.</summary>
/// <param name="IsCharacter">Character device; else block device.</param>
/// <param name="Major">Driver.</param>
/// <param name="Minor">Device of that driver.</param>
public readonly partial record struct DeviceFile(bool IsCharacter, uint Major, uint Minor)
{
    private const int FromWorkingDirectory = -100;
    private const uint WantBasicStatus = 0x7ff;

    /// <summary>The device behind a path, links followed; null if it is something else or nothing.</summary>
    public static DeviceFile? Of(string path)
    {
        // struct statx has one layout on every architecture: mode at 28, rdev major and minor at 128.
        Span<byte> status = stackalloc byte[256];
        status.Clear();
        if (ReadStatus(FromWorkingDirectory, path, 0, WantBasicStatus, status) != 0)
            return null;
        const int TypeMask = 0xf000, Character = 0x2000, Block = 0x6000;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) & TypeMask;
        if (type is not (Character or Block))
            return null;
        var major = BinaryPrimitives.ReadUInt32LittleEndian(status[128..]);
        var minor = BinaryPrimitives.ReadUInt32LittleEndian(status[132..]);
        return new DeviceFile(type == Character, major, minor);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> status);
}
