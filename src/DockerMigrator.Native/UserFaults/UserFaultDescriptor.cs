using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.UserFaults;

/// <summary>
/// A userfaultfd(2): the memory of a process whose missing pages somebody else provides. Nothing throws: what fails is the
/// result, as most failures are everyday answers of a live process.
/// </summary>
public sealed unsafe class UserFaultDescriptor : IDisposable
{
    private const int CloseOnExecNonBlocking = 0x80800; // O_CLOEXEC | O_NONBLOCK

    private readonly FileDescriptor _descriptor;

    /// <summary>Takes over a descriptor that a process has set up for itself; it must not block.</summary>
    public UserFaultDescriptor(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>The number, for waiting; valid until disposed.</summary>
    public int Number => _descriptor.Number;

    /// <summary>The descriptor, for handing it on.</summary>
    public FileDescriptor Descriptor => _descriptor;

    /// <summary>Opens one for the memory of this process, for faults in user mode and in the kernel alike.</summary>
    public static Errno Open(UserFaultFeatures features, out UserFaultDescriptor descriptor)
    {
        var number = (int)UserFaultInterop.Open(UserFaultInterop.Number, CloseOnExecNonBlocking);
        var error = FileCalls.Check(number);
        descriptor = new UserFaultDescriptor(new FileDescriptor(number));
        if (error != Errno.None)
            return error;
        var api = stackalloc ulong[3] { UserFaultInterop.ApiVersion, (ulong)features, 0 };
        return descriptor.Request(UserFaultInterop.Api, api);
    }

    /// <summary>Has missing pages of this process's memory told from now on.</summary>
    public Errno Register(ulong start, ulong length)
    {
        var register = stackalloc ulong[4] { start, length, UserFaultInterop.ModeMissing, 0 };
        return Request(UserFaultInterop.Register, register);
    }

    /// <summary>Takes what has been told; EAGAIN if nothing has.</summary>
    public Errno Read(Span<UserFaultEvent> events, out int count)
    {
        fixed (UserFaultEvent* buffer = events)
        {
            nint result;
            while ((result = UserFaultInterop.Read(Number, buffer, (nuint)(events.Length * UserFaultEvent.Size))) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }

            count = (int)Math.Max(result, 0) / UserFaultEvent.Size;
            return FileCalls.Check(result);
        }
    }

    /// <summary>Fills missing pages and wakes who waits for them.</summary>
    /// <param name="address">Where, in the process.</param>
    /// <param name="pages">Whole pages, all within one mapping of the process.</param>
    /// <param name="copied">How many bytes have been filled, also if not all were.</param>
    /// <returns>
    /// EEXIST: the first page that was not filled is there already. EAGAIN: there is something to read first, or less was
    /// filled than asked for. ENOENT: no such memory, or not of one mapping. ESRCH (ENOSPC before Linux 4.13): the process is gone.
    /// </returns>
    public Errno Copy(ulong address, ReadOnlySpan<byte> pages, out ulong copied)
    {
        fixed (byte* source = pages)
        {
            var copy = stackalloc ulong[5] { address, (ulong)source, (ulong)pages.Length, 0, 0 };
            var error = Request(UserFaultInterop.Copy, copy);
            return Result(error, copy[4], out copied);
        }
    }

    /// <summary>Makes missing pages zeros and wakes who waits for them; otherwise as <see cref="Copy"/>.</summary>
    public Errno Zero(ulong address, ulong length, out ulong zeroed)
    {
        var zero = stackalloc ulong[4] { address, length, 0, 0 };
        var error = Request(UserFaultInterop.ZeroPage, zero);
        return Result(error, zero[3], out zeroed);
    }

    /// <summary>Wakes who waits for these pages; they look again.</summary>
    public Errno Wake(ulong address, ulong length)
    {
        var range = stackalloc ulong[2] { address, length };
        return Request(UserFaultInterop.Wake, range);
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    // The count field holds the error where nothing was done.
    private static Errno Result(Errno error, ulong field, out ulong done)
    {
        done = error == Errno.None || (long)field > 0 ? field : 0;
        return error;
    }

    private Errno Request(nuint request, ulong* argument) => FileCalls.Check(UserFaultInterop.Request(Number, request, argument));
}
