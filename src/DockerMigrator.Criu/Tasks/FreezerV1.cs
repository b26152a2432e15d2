namespace DockerMigrator.Criu.Tasks;

/// <summary>The freezer controller of cgroup v1: <c>freezer.state</c> is THAWED, FREEZING or FROZEN.</summary>
public sealed class FreezerV1(string directory) : Freezer(directory)
{
    /// <inheritdoc/>
    public override bool IsFrozen => ReadControl("freezer.state").Trim() == "FROZEN";

    /// <inheritdoc/>
    public override void Freeze() => WriteControl("freezer.state", "FROZEN");

    /// <inheritdoc/>
    public override void Thaw() => WriteControl("freezer.state", "THAWED");
}
