using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Native.Restore;

/// <summary>
/// A sign of life that no crash can forge: an exclusive flock(2) on a file, which the kernel drops when its holder is gone,
/// however it went.
/// </summary>
public sealed partial class RestoreLease : IDisposable
{
    private const int Shared = 1; // LOCK_SH
    private const int Exclusive = 2; // LOCK_EX
    private const int NonBlocking = 4; // LOCK_NB
    private const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int ReadWriteCreate = 0x80042; // O_RDWR | O_CREAT | O_CLOEXEC
    private const uint OwnerOnly = 0x180; // 0600
    private const int NotThere = 2; // ENOENT
    private const int Interrupted = 4; // EINTR
    private const int WouldBlock = 11; // EWOULDBLOCK

    private readonly SafeFileHandle _file;

    private RestoreLease(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lease, making the file if need be. Waits for whoever holds it; that is an instant when it is only somebody
    /// asking <see cref="IsHeld"/>. The descriptor is close-on-exec: programs that the holder starts do not inherit the lease.
    /// </summary>
    /// <exception cref="IOException">The file cannot be made or locked.</exception>
    public static RestoreLease Acquire(string path)
    {
        var file = OpenFile(path, ReadWriteCreate) ?? throw Failure("lock", path, NotThere);
        int error;
        while ((error = Lock(file, Exclusive)) == Interrupted)
        {
            // A signal came first: ask again.
        }

        if (error == 0)
            return new RestoreLease(file);
        file.Dispose();
        throw Failure("lock", path, error);
    }

    /// <summary>Whether somebody alive holds the lease. A missing file is held by nobody.</summary>
    /// <exception cref="IOException">The file is there but cannot be asked.</exception>
    public static bool IsHeld(string path)
    {
        if (OpenFile(path, ReadOnly) is not { } file)
            return false;
        using (file)
        {
            return Lock(file, Shared | NonBlocking) switch
            {
                0 => false,
                WouldBlock => true,
                var error => throw Failure("ask for the lock of", path, error),
            };
        }
    }

    /// <summary>Gives the lease back.</summary>
    public void Dispose() => _file.Dispose();

    // Not File.OpenHandle: .NET takes a flock of its own on every file that it opens.
    private static SafeFileHandle? OpenFile(string path, int flags)
    {
        var descriptor = Open(path, flags, OwnerOnly);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error == NotThere ? null : throw Failure("open", path, error);
    }

    private static IOException Failure(string what, string path, int error) =>
        new($"Cannot {what} {path}: {new Win32Exception(error).Message}.");

    private static int Lock(SafeFileHandle file, int operation) =>
        Flock(file, operation) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
