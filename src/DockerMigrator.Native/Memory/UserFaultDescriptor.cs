using DockerMigrator.Native.Files;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// A userfaultfd(2) used for nothing but asynchronous write protection: the kernel notes which pages are written to, and
/// nobody waits. It works on the address space of the process that made it, from whichever process it is used. When the
/// last copy of it is closed, the kernel forgets all registrations.
/// </summary>
public sealed unsafe class UserFaultDescriptor : IDisposable
{
    /// <summary>Argument of userfaultfd(2): O_CLOEXEC, O_NONBLOCK, UFFD_USER_MODE_ONLY.</summary>
    internal const int CreationFlags = 0x80000 | 0x800 | 1;

    // UFFD_FEATURE_PAGEFAULT_FLAG_WP, UFFD_FEATURE_WP_UNPOPULATED, UFFD_FEATURE_WP_ASYNC
    private const ulong Features = 1 | (1 << 13) | (1 << 15);
    private const ulong WriteProtection = 2; // UFFDIO_REGISTER_MODE_WP

    private readonly FileDescriptor _file;

    private UserFaultDescriptor(FileDescriptor file) => _file = file;

    /// <summary>Its number in this process.</summary>
    public int Number => _file.Number;

    /// <summary>Makes one for this process's own memory.</summary>
    /// <returns>Why that fails.</returns>
    public static Errno Create(out UserFaultDescriptor? descriptor)
    {
        descriptor = null;
        var file = new FileDescriptor((int)UserFaultInterop.Open(UserFaultInterop.Number, CreationFlags));
        if (file.IsInvalid)
            return FileCalls.Last();
        descriptor = new UserFaultDescriptor(file);
        return descriptor.Enable();
    }

    /// <summary>Takes over a descriptor that another process made.</summary>
    public static UserFaultDescriptor Own(FileDescriptor file) => new(file);

    /// <summary>Agrees with the kernel on what it is for, once, before all else. ENOTTY: it is something else.</summary>
    public Errno Enable()
    {
        var argument = stackalloc ulong[3]; // struct uffdio_api: api, features, ioctls
        argument[0] = UserFaultInterop.ApiVersion;
        argument[1] = Features;
        return FileCalls.Check(UserFaultInterop.Request(_file.Number, UserFaultInterop.Api, argument));
    }

    /// <summary>Registers a mapping. What is registered already is so still.</summary>
    /// <returns>EBUSY: by somebody else. EINVAL: it is no longer there, or cannot be. ENOMEM: the address space is gone.</returns>
    public Errno Register(ulong start, ulong end)
    {
        var argument = stackalloc ulong[4]; // struct uffdio_register: start, length, mode, ioctls
        argument[0] = start;
        argument[1] = end - start;
        argument[2] = WriteProtection;
        return FileCalls.Check(UserFaultInterop.Request(_file.Number, UserFaultInterop.Register, argument));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // glibc has no function for it.
}
