using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Tasks;

/// <summary>A process, whoever has its PID later (pidfd_open(2)).</summary>
public sealed partial class ProcessHandle : IDisposable
{
    private const long OpenCall = 434; // the same number on all architectures, as all since 424
    private const long SignalCall = 424;
    private const int SigKill = 9;

    private readonly FileDescriptor _descriptor;

    private ProcessHandle(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>The process of this PID; null if there is none, or the kernel is older than 5.3.</summary>
    public static ProcessHandle? TryOpen(int pid)
    {
        var descriptor = (int)Call(OpenCall, pid, 0, 0, 0);
        return descriptor < 0 ? null : new ProcessHandle(new FileDescriptor(descriptor));
    }

    /// <summary>Kills it (SIGKILL); false if it is gone already.</summary>
    public bool Kill() => Call(SignalCall, _descriptor.Number, SigKill, 0, 0) == 0;

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, nint a, nint b, nint c, nint d);
}
