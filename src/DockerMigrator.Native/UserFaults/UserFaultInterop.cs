using System.Runtime.InteropServices;

namespace DockerMigrator.Native.UserFaults;

/// <summary>userfaultfd(2) and its requests (<c>linux/userfaultfd.h</c>).</summary>
internal static unsafe partial class UserFaultInterop
{
    public const nuint Api = 0xc018aa3f;
    public const nuint Register = 0xc020aa00;
    public const nuint Wake = 0x8010aa02;
    public const nuint Copy = 0xc028aa03;
    public const nuint ZeroPage = 0xc020aa04;

    /// <summary>The version of the interface, the only one there is.</summary>
    public const ulong ApiVersion = 0xaa;

    /// <summary>Register for pages that are missing.</summary>
    public const ulong ModeMissing = 1;

    /// <summary>The system call's number.</summary>
    public static long Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 323 : 282;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial long Open(long number, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Request(int descriptor, nuint request, ulong* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, UserFaultEvent* events, nuint size);
}
