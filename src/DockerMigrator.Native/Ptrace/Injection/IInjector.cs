using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>Runs system calls in other processes. Nothing throws: a process may end or be out of reach at any moment.</summary>
public interface IInjector : IDisposable
{
    /// <summary>Gets a userfaultfd for the memory of a process; the process does not keep it.</summary>
    /// <param name="thread">One of its threads, to stand still for it.</param>
    /// <param name="descriptor">The descriptor, enabled; null unless the outcome is <see cref="InjectionOutcome.Done"/>.</param>
    InjectionResult CreateUserFault(int thread, out UserFaultDescriptor? descriptor);

    /// <summary>Closes a descriptor in a process.</summary>
    /// <param name="thread">One of its threads, to stand still for it.</param>
    /// <param name="number">The descriptor's number there.</param>
    InjectionResult Close(int thread, int number);
}
