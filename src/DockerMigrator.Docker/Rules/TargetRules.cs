using System.Net;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Docker.Rules;

/// <summary>What of the target keeps a container from moving there: decided from what both hosts told, before anything is touched.</summary>
public static class TargetRules
{
    /// <summary>The oldest engine that is known to work.</summary>
    private static readonly Version OldestDocker = new(20, 10);

    /// <summary>All findings, refusals and warnings mixed; none if there is nothing to say.</summary>
    public static IReadOnlyList<Finding> Check(SourceSurvey source, TargetInventory target, TargetDemands demands) =>
    [
        .. Docker(source, target.Host, demands.Restart),
        .. Hosts(source, target.Host),
        .. Room(source.Host, target.Host, demands),
        .. Name(source.Container, target),
        .. Image(source.Container, target),
        .. Ports(source.Container, target),
        .. TargetNetworkRules.Check(source, target),
        .. Mounts(target, demands),
    ];

    private static IEnumerable<Finding> Docker(SourceSurvey survey, HostFacts target, bool restart)
    {
        foreach (var (host, place) in new[] { (survey.Host, "this host"), (target, "the target") })
        {
            var number = host.DockerVersion.Split('+', '-', '~')[0];
            if (Version.TryParse(number, out var version) && version < OldestDocker)
                yield return Finding.Refuse($"Docker {host.DockerVersion} on {place} is too old: 20.10 is the oldest that works.");
        }

        if (target.IsRootless)
            yield return Finding.Refuse("Docker on the target runs rootless: restoring processes needs a Docker that runs as root.");
        if (!target.Runtimes.Contains(MigratorRuntime.Name))
            yield return Finding.RefuseLive($"The runtime {MigratorRuntime.Name} is not registered with Docker on the target: run docker-migrator host setup there.");
        // Names with dots in them are containerd's, and need not be registered.
        if (restart && MigratorRuntime.ForFreshStart(survey.Container) is { Length: > 0 } runtime && !runtime.Contains('.') && !target.Runtimes.Contains(runtime))
            yield return Finding.Refuse($"The container runs under the OCI runtime {runtime}, which is not registered with Docker on the target: register it there.");
    }

    private static IEnumerable<Finding> Hosts(SourceSurvey survey, HostFacts target)
    {
        var source = survey.Host;
        if (source.Architecture != target.Architecture)
            yield return Finding.Refuse($"The hosts have different processors ({source.Architecture} here, {target.Architecture} on the target): a running program cannot change its processor.");
        if (source.CgroupVersion != target.CgroupVersion)
            yield return Finding.RefuseLive($"This host has cgroup v{source.CgroupVersion} and the target v{target.CgroupVersion}: the container's limits cannot be carried over; boot both with the same.");
        if (source.CgroupDriver != target.CgroupDriver)
        {
            yield return survey.Container.HostConfig.Text("CgroupParent").Length > 0
                ? Finding.Refuse($"The container has a parent cgroup (--cgroup-parent), and Docker's cgroup driver is {source.CgroupDriver} here but {target.CgroupDriver} on the target, which names cgroups differently: set the same native.cgroupdriver on both.")
                : Finding.Warn($"Docker's cgroup driver is {source.CgroupDriver} here and {target.CgroupDriver} on the target.");
        }

        if (source.RemapsUsers != target.RemapsUsers)
            yield return Finding.Refuse($"Docker remaps user IDs (userns-remap) on {(source.RemapsUsers ? "this host" : "the target")} only: files and processes would have the wrong owners; set the same on both.");
        if (source.UsesAppArmor != target.UsesAppArmor)
            yield return Finding.Warn($"AppArmor confines containers on {(source.UsesAppArmor ? "this host" : "the target")} only.");
        if (source.UsesSelinux != target.UsesSelinux)
            yield return Finding.Warn($"SELinux labels containers on {(source.UsesSelinux ? "this host" : "the target")} only.");
        if (survey.Container.HostConfig.Flag("Init") && source.InitVersion != target.InitVersion)
            yield return Finding.WarnLive($"The container has docker-init as its first process (--init), of version {source.InitVersion} here and {target.InitVersion} on the target: the restore fails if the programs differ.");
    }

    private static IEnumerable<Finding> Room(HostFacts source, HostFacts target, TargetDemands demands)
    {
        if (demands.ExportBytes > source.FreeDiskBytes)
            yield return Finding.Refuse($"Docker on this host writes a copy of the image to {source.DataRoot}/tmp while it exports it, for which there is too little disk space: {Mebibytes(demands.ExportBytes)} needed, {Mebibytes(source.FreeDiskBytes)} free. Free some, or get the image to the target by other means (docker pull).");
        if (demands.DiskBytes > target.FreeDiskBytes)
            yield return Finding.Refuse($"The target has too little disk space at {target.DataRoot}: {Mebibytes(demands.DiskBytes)} needed, {Mebibytes(target.FreeDiskBytes)} free.");
        if (demands.MemoryBytes > target.AvailableMemoryBytes)
            yield return Finding.Refuse($"The target has too little memory: {Mebibytes(demands.MemoryBytes)} needed, {Mebibytes(target.AvailableMemoryBytes)} available.");
    }

    private static IEnumerable<Finding> Name(ContainerInspect container, TargetInventory target)
    {
        if (target.Containers.Any(other => other.Name == container.Name))
            yield return Finding.Refuse($"The target has a container named {container.Name} already: remove it there (docker rm {container.Name}) or rename one of the two.");
    }

    private static IEnumerable<Finding> Image(ContainerInspect container, TargetInventory target)
    {
        if (target.ClashingImageId.Length > 0)
            yield return Finding.Refuse($"On the target {container.ImageName} is another image ({target.ClashingImageId}) than here ({container.ImageId}): give one of the two another name (docker tag) or remove it there.");
    }

    private static IEnumerable<Finding> Ports(ContainerInspect container, TargetInventory target)
    {
        foreach (var port in PublishedPort.Read(container.HostConfig.At("PortBindings")))
        {
            if (port.Address.Length > 0 && IPAddress.TryParse(port.Address, out var address)
                && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(address)
                && !target.Host.Addresses.Contains(address.ToString()))
            {
                yield return Finding.Refuse($"The container publishes port {port}, but the target does not have the address {port.Address}: give it to the target, or publish the port on all addresses.");
                continue;
            }

            // Of a range Docker takes any one that is free.
            if (Enumerable.Range(port.First, Math.Max(1, port.Last - port.First + 1)).All(number => Holder(port with { First = number, Last = number }, target) is not null))
                yield return Finding.Refuse($"The container publishes port {port}, which {Holder(port with { Last = port.First }, target)} on the target has already: free it there.");
        }
    }

    private static string? Holder(PublishedPort port, TargetInventory target)
    {
        var container = target.Containers.FirstOrDefault(container => container.Ports.Any(taken => port.CollidesWith(taken.Protocol, taken.Address, taken.First)));
        if (container is not null)
            return $"container {container.Name}";
        return target.Host.ListeningPorts.Any(taken => port.CollidesWith(taken.Protocol, taken.Address, taken.Port)) ? "a process" : null;
    }

    private static IEnumerable<Finding> Mounts(TargetInventory target, TargetDemands demands)
    {
        foreach (var volume in target.Volumes.Where(volume => !demands.OverwritesVolumes && demands.CopiedVolumes.Contains(volume)))
            yield return Finding.Refuse($"The target has a volume named {volume} already, which would be overwritten: remove it there (docker volume rm {volume}) if it may go, or say so by --volume-overwrite; or take it as it is by --volume {volume}=skip.");
        foreach (var path in target.MissingBindSources.Where(path => !demands.CopiedBinds.Contains(path)))
            yield return Finding.Refuse($"The container mounts {path} of the host, which the target does not have: create it there, have it copied by --bind copy, or have another path mounted by --bind {path}=PATH.");
    }

    private static string Mebibytes(long bytes) => $"{(bytes + (1 << 20) - 1) >> 20} MiB";
}
