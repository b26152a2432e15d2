namespace DockerMigrator.Runtime.Bundles;

/// <summary>An OCI bundle on disk.</summary>
internal sealed class Bundle
{
    private readonly string _configPath;

    public Bundle(string path) => _configPath = $"{path}/config.json";

    /// <summary>Whether it mounts files of Docker's own directory of this container.</summary>
    public bool BelongsTo(string containerId) => BundleConfig.MountsFilesOf(File.ReadAllBytes(_configPath), containerId);

    /// <summary>The container's cgroup on cgroup v2, or null if the bundle does not name one.</summary>
    public string? ReadUnifiedCgroup() =>
        BundleConfig.ReadCgroupsPath(File.ReadAllBytes(_configPath)) is { Length: > 0 } path ? UnifiedCgroup.FromCgroupsPath(path) : null;

    /// <summary>Adds a last <c>prestart</c> hook.</summary>
    public void AppendPrestartHook(IReadOnlyList<string> arguments)
    {
        var changed = BundleConfig.AppendPrestartHook(File.ReadAllBytes(_configPath), arguments);
        var temporary = $"{_configPath}.migration";
        File.WriteAllBytes(temporary, changed);
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(_configPath));
        File.Move(temporary, _configPath, overwrite: true);
    }
}
