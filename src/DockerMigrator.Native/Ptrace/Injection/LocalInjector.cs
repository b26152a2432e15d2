using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>
/// Injects from this process. If it is killed in the middle, the other process goes on with foreign registers: only for
/// <see cref="InjectionHelper"/>, which is not killed lightly, and for tests.
/// </summary>
public sealed class LocalInjector : IInjector
{
    /// <inheritdoc/>
    public InjectionResult CreateUserFault(int thread, out UserFaultDescriptor? descriptor)
    {
        var copy = new FileDescriptor(-1);
        var result = OnOwnThread(() => UserFaultInjection.Create(thread, out copy));
        descriptor = result.Outcome == InjectionOutcome.Done ? UserFaultDescriptor.Own(copy) : null;
        return result;
    }

    /// <inheritdoc/>
    public InjectionResult Close(int thread, int number) => OnOwnThread(() => UserFaultInjection.Close(thread, number));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // A traced thread belongs to the OS thread that traces it, and one that did not stop is let go only by that one's end.
    private static InjectionResult OnOwnThread(Func<InjectionResult> inject)
    {
        InjectionResult result = default;
        var thread = new Thread(() => result = inject()) { IsBackground = true, Name = "injector" };
        thread.Start();
        thread.Join();
        return result;
    }
}
