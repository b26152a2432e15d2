namespace DockerMigrator.Criu.Tasks;

/// <summary>A process in a container's cgroup.</summary>
/// <param name="Status">What the kernel says of it.</param>
/// <param name="ThreadIds">Its threads, the main one included, as ids in this PID namespace.</param>
/// <param name="IsForeign">
/// It came from outside (<c>docker exec</c>, a health-check probe), or descends from one that did: its chain of parents
/// does not reach the container's init, and CRIU cannot dump it.
/// </param>
public sealed record ContainerProcess(ProcessStatus Status, IReadOnlyList<int> ThreadIds, bool IsForeign)
{
    /// <summary>Process id as this process sees it.</summary>
    public int Pid => Status.Pid;
}
