namespace DockerMigrator.Native.Restore;

/// <summary>How a restore ended.</summary>
/// <param name="ExitCode">0: the container runs. Anything else: it does not, and no restored process is left.</param>
/// <param name="Error">What went wrong, as one sentence; null after a success.</param>
public sealed record RestoreStatus(int ExitCode, string? Error)
{
    /// <summary>Whether the container runs.</summary>
    public bool Succeeded => ExitCode == 0;
}
