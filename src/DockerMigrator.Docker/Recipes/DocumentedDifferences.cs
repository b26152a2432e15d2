namespace DockerMigrator.Docker.Recipes;

/// <summary>
/// The fields of <c>docker inspect</c> in which a moved container may differ from what it was, and why. This is the one
/// list: the recipe makes these differences, the comparison excuses them, the manual prints them.
/// </summary>
public static class DocumentedDifferences
{
    /// <summary>Path and reason of each.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["Id"] = "Docker gives every container its own ID; with it change the paths made of it (LogPath, HostnamePath, HostsPath, ResolvConfPath, GraphDriver.Data).",
        ["Created"] = "The container was created when it moved. State.StartedAt, RestartCount, State.Pid and the like are state, not configuration.",
        ["Image"] = "The same image has different IDs in the stores of a graph driver and of containerd.",
        ["Driver"] = "The target host's storage driver.",
        ["AppArmorProfile"] = "The target host's default profile.",
        ["Config.Image"] = "The name is kept if it means the same image on the target; else it is the image's ID there.",
        ["Config.Hostname"] = "Only with --uts=host, where Docker shows a name made of the ID. A default host name stays that of the old ID, since the processes know it.",
        ["HostConfig.Runtime"] = "The container runs under docker-migrator's runtime, which passes everything on to runc. One that was moved with a restart has its own again.",
        ["HostConfig.Binds"] = "With --bind PATH=TARGETPATH the host path; also in HostConfig.Mounts and Mounts.",
        ["HostConfig.ContainerIDFile"] = "--cidfile names a file of the docker client that was written once; its content is about the old container.",
        ["HostConfig.NetworkMode"] = "A network that was given by ID is given by name; 'default' is called 'bridge' by newer engines.",
        ["HostConfig.KernelMemory"] = "Engines from 23.0 on have no such limit.",
        ["HostConfig.OomKillDisable"] = "cgroup v2 has no such setting.",
        ["Mounts"] = "Anonymous volumes get new names, and sources follow the target's data root.",
        ["NetworkSettings.Networks"] = "Endpoint and network IDs, and addresses that were not configured. Engines before 25.0 list the ID and the host name among the aliases.",
    };
}
