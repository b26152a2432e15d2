namespace DockerMigrator.Migration.Wire;

/// <summary>How a dead link is told from a slow one.</summary>
public static class LinkTiming
{
    /// <summary>Each side sends at least one frame in this time.</summary>
    public static readonly TimeSpan AliveInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Silence of the other side after which the link counts as dead. The paused container waits this long when the cable
    /// is cut at the worst moment, so it is as short as a busy host's hiccups allow.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);
}
