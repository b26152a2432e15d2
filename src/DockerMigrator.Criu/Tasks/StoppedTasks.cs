namespace DockerMigrator.Criu.Tasks;

/// <summary>
/// Processes that a signal has stopped (SIGSTOP, Ctrl-Z). On the unified hierarchy CRIU dumps them as any other. The v1
/// freezer puts a stopped task to sleep where ptrace cannot reach it before it is thawed: CRIU's attaching would wait for
/// ever (seen with CRIU 4.2: state D in ptrace_attach).
/// </summary>
public static class StoppedTasks
{
    /// <summary>Those of a container that would hang CRIU; none where the freezer does not do that.</summary>
    /// <param name="tasks">The container's processes, frozen or not.</param>
    /// <param name="freezer">Its freezer.</param>
    public static IReadOnlyList<ContainerProcess> Hanging(ContainerTasks tasks, Freezer freezer) =>
        freezer is FreezerV1 ? [.. tasks.Processes.Where(IsStopped)] : [];

    /// <summary>The sentence for the user.</summary>
    public static string Describe(ContainerProcess process) =>
        $"Process {process.Status.ContainerPid} ({process.Status.Name}) of the container is stopped (by SIGSTOP or Ctrl-Z), which CRIU cannot dump on a host with cgroup v1: let it go on (kill -CONT) or end it.";

    // A frozen task shows as D whatever it did before; where it sleeps tells.
    private static bool IsStopped(ContainerProcess process) =>
        process.Status.State == 'T' || ProcFile.TryRead($"/proc/{process.Pid}/wchan") == "do_signal_stop";
}
