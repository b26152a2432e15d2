namespace DockerMigrator.Native.Mounts;

/// <summary>A mount as a process sees it.</summary>
/// <param name="Id">Its number, as /proc/PID/fdinfo tells it.</param>
/// <param name="Root">Which directory of the file system is mounted.</param>
/// <param name="MountPoint">Where, from that process's root.</param>
/// <param name="FileSystem">The type: "ext4", "overlay".</param>
/// <param name="Options">The file system's own options, unescaped: "upperdir=/x".</param>
public sealed record MountEntry(int Id, string Root, string MountPoint, string FileSystem, IReadOnlyList<string> Options)
{
    /// <summary>The values of an option, in order: some may be given several times.</summary>
    public IEnumerable<string> ValuesOf(string option) =>
        Options.Where(o => o.StartsWith(option + "=", StringComparison.Ordinal)).Select(o => o[(option.Length + 1)..]);
}
