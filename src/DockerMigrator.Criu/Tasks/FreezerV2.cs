namespace DockerMigrator.Criu.Tasks;

/// <summary>The freezer of the unified hierarchy: asked by <c>cgroup.freeze</c>, reached when <c>cgroup.events</c> says so.</summary>
public sealed class FreezerV2(string directory) : Freezer(directory)
{
    /// <inheritdoc/>
    public override bool IsFrozen => ReadControl("cgroup.events").Split('\n').Contains("frozen 1");

    /// <inheritdoc/>
    public override void Freeze() => WriteControl("cgroup.freeze", "1");

    /// <inheritdoc/>
    public override void Thaw() => WriteControl("cgroup.freeze", "0");
}
