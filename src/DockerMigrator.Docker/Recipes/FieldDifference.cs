namespace DockerMigrator.Docker.Recipes;

/// <summary>A field in which two containers differ.</summary>
/// <param name="Path">Members joined by dots: <c>HostConfig.Memory</c>.</param>
/// <param name="Before">Its JSON in the first; null if absent.</param>
/// <param name="After">Its JSON in the second; null if absent.</param>
public sealed record FieldDifference(string Path, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Before ?? "absent"} became {After ?? "absent"}";
}
