namespace DockerMigrator.Runtime.Bundles;

/// <summary>An OCI bundle on disk.</summary>
internal sealed class Bundle
{
    private readonly string _configPath;

    public Bundle(string path) => _configPath = $"{path}/config.json";

    /// <summary>Whether it mounts files of Docker's own directory of this container.</summary>
    public bool BelongsTo(string containerId) => BundleConfig.MountsFilesOf(File.ReadAllBytes(_configPath), containerId);

    /// <summary>The container's cgroup below a hierarchy's mount point, or null if the bundle does not name one.</summary>
    public string? ReadCgroup() =>
        BundleConfig.ReadCgroupsPath(File.ReadAllBytes(_configPath)) is { Length: > 0 } path ? ContainerCgroup.FromCgroupsPath(path) : null;

    /// <summary>Adds a last <c>prestart</c> hook.</summary>
    public void AppendPrestartHook(IReadOnlyList<string> arguments) =>
        Replace(BundleConfig.AppendPrestartHook(File.ReadAllBytes(_configPath), arguments));

    /// <summary>Says which directory is to be bound for each hierarchy of cgroup v1, where the bundle leaves that to runc.</summary>
    public void NameCgroupMounts(IReadOnlyList<CgroupMount> mounts) =>
        Replace(CgroupMountEdit.Apply(File.ReadAllBytes(_configPath), mounts));

    private void Replace(byte[] config)
    {
        var temporary = $"{_configPath}.migration";
        File.WriteAllBytes(temporary, config);
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(_configPath));
        File.Move(temporary, _configPath, overwrite: true);
    }
}
