using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Durability;

/// <summary>Makes the names in a directory durable: .NET can flush a file, but not the directory that names it.</summary>
public static partial class DirectorySync
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC, the same on x86-64…

    private const int ReadOnlyDirectoryArm64 = 0x4000 | 0x80000; // …but O_DIRECTORY differs on arm64

    /// <summary>fsync(2) on the directory.</summary>
    /// <exception cref="Win32Exception">It is not there, or the disk failed.</exception>
    public static void Flush(string directory)
    {
        var flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ReadOnlyDirectoryArm64 : ReadOnlyDirectory;
        var descriptor = Open(directory, flags, 0);
        if (descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        try
        {
            if (FSync(descriptor) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
