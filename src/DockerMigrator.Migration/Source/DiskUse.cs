using DockerMigrator.Docker.Logs;
using DockerMigrator.Docker.Rules;
using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Migration.Source;

/// <summary>How much disk the container's files take, for the question whether the target has room.</summary>
public static class DiskUse
{
    /// <summary>Bytes of the writable layer, volumes, copied binds and logs on disk.</summary>
    public static long Estimate(SourceSurvey survey, MigrateOptions options)
    {
        var storage = ContainerStorages.Of(survey.Container, survey.Host.DataRoot);
        var mounts = PlanBuilder.CopiedVolumes(survey).Concat(PlanBuilder.CopiedBinds(survey, options));
        return StorageDrivers.Detect(storage).EstimateSize(storage).Bytes
            + mounts.Sum(mount => TreeSize.Of(mount.Source).Bytes)
            + ContainerLogs.Files(survey.Container, survey.Host.DataRoot).Sum(log => new FileInfo(log.Path).Length);
    }
}
