using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Docker.Rules;

/// <summary>What of a container's configuration and state keeps it from being moved: decided from what Docker knows, before anything is touched.</summary>
public static class RefusalRules
{
    /// <summary>Devices that every container has or that CRIU can dump.</summary>
    private static readonly HashSet<string> HarmlessDevices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/net/tun"];

    private static readonly HashSet<string> KnownRuntimes = ["", "runc", "io.containerd.runc.v2", MigratorRuntime.Name];

    /// <summary>All findings, refusals and warnings mixed; none if there is nothing to say.</summary>
    /// <param name="survey">What the source's engine knows.</param>
    /// <param name="keepSource">Whether the source container is to stay, stopped (<c>--keep-source</c>).</param>
    /// <param name="restart">Whether it is to be stopped and started anew on the target (<c>--mode restart</c>).</param>
    public static IReadOnlyList<Finding> Check(SourceSurvey survey, bool keepSource, bool restart = false) =>
    [
        .. State(survey.Container),
        .. Namespaces(survey.Container, survey.Others),
        .. Isolation(survey),
        .. Dependencies(survey.Container),
        .. Execs(survey.Container, survey.Execs, restart),
        .. restart && survey.Container.AutoRemove
            ? [Finding.Refuse($"Container {survey.Container.Name} was created with --rm, so Docker removes it as soon as it is stopped, and there would be no way back: it can only be moved live.")]
            : Array.Empty<Finding>(),
        .. keepSource && survey.Container.AutoRemove
            ? [Finding.Refuse($"Container {survey.Container.Name} was created with --rm, so Docker removes it when it stops: leave --keep-source out.")]
            : Array.Empty<Finding>(),
    ];

    private static IEnumerable<Finding> State(ContainerInspect container)
    {
        if (container.Json.Flag("State", "Restarting"))
            yield return Finding.Refuse($"Container {container.Name} is restarting over and over: only a running container can be moved; see docker logs {container.Name}.");
        else if (container.IsPaused)
            yield return Finding.Refuse($"Container {container.Name} is paused: run docker unpause {container.Name} first.");
        else if (!container.IsRunning)
            yield return Finding.Refuse($"Container {container.Name} is not running (it is {container.Status}): run docker start {container.Name} first.");
    }

    private static IEnumerable<Finding> Namespaces(ContainerInspect container, IReadOnlyList<ContainerInspect> others)
    {
        var host = container.HostConfig;
        if (host.Flag("Privileged"))
            yield return Finding.RefuseLive($"Container {container.Name} is privileged, so it has the host's devices, which cannot move: create it with the capabilities it needs (--cap-add) instead.");
        foreach (var (field, option, what) in new[] { ("PidMode", "--pid", "processes"), ("IpcMode", "--ipc", "shared memory"), ("NetworkMode", "--network", "network") })
        {
            var mode = host.Text(field);
            if (mode == "host")
                yield return Finding.RefuseLive($"Container {container.Name} uses the host's {what} ({option} host), which cannot move: create it without that option.");
            else if (mode.StartsWith("container:", StringComparison.Ordinal))
                yield return Finding.Refuse($"Container {container.Name} shares the {what} of another container ({option} {Shorten(mode, others)}): containers that share cannot be moved one by one; create it with its own.");

            foreach (var other in others.Where(other => other.IsRunning && other.HostConfig.Text(field) == "container:" + container.Id))
                yield return Finding.Refuse($"Container {other.Name} shares the {what} of container {container.Name} ({option} container:{container.Name}): stop {other.Name} first, or create it with its own.");
        }

        if (host.Text("UsernsMode") == "host")
            yield return Finding.Warn($"Container {container.Name} uses the host's user IDs (--userns host): it will do so on the target as well.");
    }

    private static IEnumerable<Finding> Isolation(SourceSurvey survey)
    {
        var (container, host) = (survey.Container, survey.Container.HostConfig);
        if (!KnownRuntimes.Contains(host.Text("Runtime")))
            yield return Finding.RefuseLive($"Container {container.Name} runs under the OCI runtime {host.Text("Runtime")}: only containers of runc can be moved; create it with --runtime runc.");
        if (survey.Host.IsRootless)
            yield return Finding.Refuse("This host's Docker runs rootless: checkpoint and restore need a Docker that runs as root.");
        if (host.Text("Isolation") is not ("" or "default"))
            yield return Finding.Refuse($"Container {container.Name} has isolation {host.Text("Isolation")}, which is not Linux's: it cannot be moved.");
        if (host.Items("DeviceRequests").Any())
            yield return Finding.RefuseLive($"Container {container.Name} uses a GPU or another requested device (--gpus, --device): the state in the device cannot be moved.");
        foreach (var device in host.Items("Devices").Select(device => device.Text("PathOnHost")).Where(device => !HarmlessDevices.Contains(device)))
            yield return Finding.RefuseLive($"Container {container.Name} has the device {device} (--device): the state in it cannot be moved; create the container without it.");
        foreach (var label in container.Config.Members("Labels").Where(label => label.Key == "com.docker.swarm.task.id"))
            yield return Finding.Refuse($"Container {container.Name} is a task of a swarm service, which the swarm places by itself: use docker service update or docker node update --availability drain.");
    }

    private static IEnumerable<Finding> Dependencies(ContainerInspect container)
    {
        foreach (var from in container.HostConfig.Texts("VolumesFrom"))
            yield return Finding.Refuse($"Container {container.Name} takes its volumes from container {from.Split(':')[0]} (--volumes-from), which does not move with it: create it with the volumes' names (--volume NAME:PATH).");
        var links = container.HostConfig.Texts("Links").Concat(container.Networks.SelectMany(network => network.Value.Texts("Links")));
        foreach (var link in links)
            yield return Finding.Refuse($"Container {container.Name} is linked to {link.Split(':')[0].TrimStart('/')} (--link), which does not move with it: put both on a network of their own and use names instead.");
    }

    private static IEnumerable<Finding> Execs(ContainerInspect container, IReadOnlyList<JsonObject> execs, bool restart)
    {
        foreach (var exec in execs.Where(exec => ExecSession.IsRunning(exec) && !ExecSession.IsHealthCheck(container, exec)))
        {
            var session = $"A docker exec session is open in container {container.Name} ({string.Join(' ', ExecSession.CommandLine(exec))}, process {exec.Number("Pid")})";
            yield return restart
                ? Finding.Warn($"{session}: it ends when the container is stopped.")
                : Finding.RefuseLive($"{session}: close it first, its terminal cannot move.");
        }
    }

    private static string Shorten(string mode, IReadOnlyList<ContainerInspect> others)
    {
        var id = mode["container:".Length..];
        return "container:" + (others.FirstOrDefault(other => other.Id == id)?.Name ?? (id.Length > 12 ? id[..12] : id));
    }
}
