using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Ptrace;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Native.Tracking;

/// <summary>
/// A userfaultfd of another process's address space, through which the kernel is asked to write-protect its pages asynchronously
/// (since Linux 6.7): a write takes the protection off and goes on, and the page map tells. Nothing of it stays in the process: the
/// descriptor is ours, and when it is closed the kernel forgets all of it.
/// </summary>
public sealed unsafe class WriteWatch : IDisposable
{
    private const ulong UserModeOnly = 1; // UFFD_USER_MODE_ONLY
    private const ulong CloseOnExec = 0x80000;
    private const ulong NonBlocking = 0x800;

    // UFFD_FEATURE_PAGEFAULT_FLAG_WP, WP_UNPOPULATED, WP_ASYNC
    private const ulong Features = (1 << 0) | (1 << 13) | (1 << 15);
    private const ulong ModeWriteProtect = 2;
    private const long CloseNumber = 3; // x86-64, as everything injected

    private readonly FileDescriptor _descriptor;

    private WriteWatch(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>
    /// Gets one: a thread of the process is stopped for about a millisecond, in which it makes the descriptor, which is taken over
    /// from outside, and closes its own.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <returns>Null if it is not to be had: the process ended, is traced, or the kernel cannot.</returns>
    public static WriteWatch? TryAttach(int process)
    {
        using var handle = new FileDescriptor(TrackingInterop.PidfdOpen(process));
        if (handle.IsInvalid)
            return null;
        var taken = new FileDescriptor(-1);
        RemoteCalls.TryRun(process, remote =>
        {
            var descriptor = remote.Call(UserFaultInterop.Number, UserModeOnly | CloseOnExec | NonBlocking);
            if (descriptor < 0)
                return;
            taken = new FileDescriptor(TrackingInterop.PidfdGetFd(handle.Number, (int)descriptor));
            remote.Call(CloseNumber, (ulong)descriptor);
        });
        if (!taken.IsInvalid && Request(taken, UserFaultInterop.Api, [UserFaultInterop.ApiVersion, Features, 0]) == Errno.None)
            return new WriteWatch(taken);
        taken.Dispose();
        return null;
    }

    /// <summary>Watches a mapping.</summary>
    /// <param name="start">Its first address.</param>
    /// <param name="end">First address behind it.</param>
    /// <returns>EBUSY if it is watched by another descriptor, ESRCH if the address space is gone; others where the kernel cannot watch it.</returns>
    public Errno Register(ulong start, ulong end) => Request(_descriptor, UserFaultInterop.Register, [start, end - start, ModeWriteProtect, 0]);

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private static Errno Request(FileDescriptor descriptor, nuint request, ReadOnlySpan<ulong> argument)
    {
        Span<ulong> words = stackalloc ulong[4];
        argument.CopyTo(words);
        fixed (ulong* pointer = words)
            return UserFaultInterop.Request(descriptor.Number, request, pointer) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
    }
}
