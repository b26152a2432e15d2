using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Tasks;

/// <summary>What makes a file one and the same, by whatever name.</summary>
/// <param name="Major">Major number of its file system's device.</param>
/// <param name="Minor">Minor number of it.</param>
/// <param name="Inode">Its inode.</param>
public sealed partial record FileIdentity(uint Major, uint Minor, ulong Inode)
{
    private const int FromWorkingDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const int NoAutomount = 0x800;
    private const uint WantInode = 0x100;

    /// <summary>The identity of a file, a final link not followed; null if there is none of that name.</summary>
    public static FileIdentity? Of(string path)
    {
        // struct statx: inode at 32, device major and minor at 136.
        Span<byte> status = stackalloc byte[256];
        status.Clear();
        if (ReadStatus(FromWorkingDirectory, path, DoNotFollow | NoAutomount, WantInode, status) != 0)
            return null;
        return new FileIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(status[136..]),
            BinaryPrimitives.ReadUInt32LittleEndian(status[140..]),
            BinaryPrimitives.ReadUInt64LittleEndian(status[32..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int directory, string path, int flags, uint mask, Span<byte> status);
}
