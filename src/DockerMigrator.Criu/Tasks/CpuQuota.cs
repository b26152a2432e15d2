using System.Globalization;
using DockerMigrator.Criu.Errors;

namespace DockerMigrator.Criu.Tasks;

/// <summary>How much processor time a container's cgroup may take (cgroup v1: <c>cpu.cfs_quota_us</c>, v2: <c>cpu.max</c>).</summary>
public sealed class CpuQuota
{
    private const string V1Quota = "cpu.cfs_quota_us";
    private const string V1Period = "cpu.cfs_period_us";
    private const string V2File = "cpu.max";
    private const long Period = 100_000;

    // The kernel takes no quota below a millisecond.
    private const long SmallestQuota = 1000;

    private readonly bool _isUnified;

    private CpuQuota(string directory, bool isUnified) => (Directory, _isUnified) = (directory, isUnified);

    /// <summary>The cgroup's directory.</summary>
    public string Directory { get; }

    /// <summary>Finds the one of a container; null where no controller can limit it.</summary>
    public static CpuQuota? Find(ContainerCgroup cgroup) => cgroup.Directories.Select(TryOpen).OfType<CpuQuota>().FirstOrDefault();

    /// <summary>The one in this directory; null if there is none.</summary>
    public static CpuQuota? TryOpen(string directory)
    {
        if (File.Exists(Path.Combine(directory, V1Quota)))
            return new CpuQuota(directory, isUnified: false);
        return File.Exists(Path.Combine(directory, V2File)) ? new CpuQuota(directory, isUnified: true) : null;
    }

    /// <summary>The limit as it is set, to be given to <see cref="Restore"/>: "quota period", the quota being "max" for none.</summary>
    /// <exception cref="CriuException">The cgroup is gone.</exception>
    public string Read()
    {
        if (_isUnified)
            return CgroupFile.Read(Directory, V2File).Trim();
        var quota = CgroupFile.Read(Directory, V1Quota).Trim();
        return $"{(quota.StartsWith('-') ? "max" : quota)} {CgroupFile.Read(Directory, V1Period).Trim()}";
    }

    /// <summary>Sets a limit.</summary>
    /// <param name="processors">Processors' worth of time, such as 0.5.</param>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public void Limit(double processors) => Restore($"{Math.Max(SmallestQuota, (long)(processors * Period))} {Period}");

    /// <summary>Sets the limit that <see cref="Read"/> told.</summary>
    /// <exception cref="CriuException">The kernel refused, or the cgroup is gone.</exception>
    public void Restore(string limit)
    {
        if (limit.Split(' ') is not [var quota, var period] || !long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || (quota != "max" && !long.TryParse(quota, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new CriuException($"\"{limit}\" is no limit of processor time.");
        }

        if (_isUnified)
        {
            CgroupFile.Write(Directory, V2File, limit);
            return;
        }

        // Without a quota any period is allowed, so that none in between is too large for what is set.
        CgroupFile.Write(Directory, V1Quota, "-1");
        CgroupFile.Write(Directory, V1Period, period);
        if (quota != "max")
            CgroupFile.Write(Directory, V1Quota, quota);
    }
}
