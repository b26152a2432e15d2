using System.Net.NetworkInformation;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Hosts;

/// <summary>What of a host decides whether a container can live there. The target's agent sends it to the source.</summary>
public sealed record HostFacts
{
    /// <summary>The engine's version as it tells it (<c>28.5.2+dfsg3</c>).</summary>
    public required string DockerVersion { get; init; }

    /// <summary>The newest version of the engine's API (<c>1.51</c>).</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The host's name.</summary>
    public required string HostName { get; init; }

    /// <summary>The kernel's release (<c>6.12.9-amd64</c>).</summary>
    public required string Kernel { get; init; }

    /// <summary>As the kernel calls it: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary><c>1</c> or <c>2</c>.</summary>
    public required string CgroupVersion { get; init; }

    /// <summary><c>cgroupfs</c> or <c>systemd</c>.</summary>
    public required string CgroupDriver { get; init; }

    /// <summary>The graph driver or snapshotter (<c>overlay2</c>, <c>overlayfs</c>, <c>vfs</c> …).</summary>
    public required string StorageDriver { get; init; }

    /// <summary>Whether images are in containerd's store and not in a graph driver's.</summary>
    public required bool UsesContainerdStore { get; init; }

    /// <summary>The engine's data root (<c>/var/lib/docker</c>).</summary>
    public required string DataRoot { get; init; }

    /// <summary>Bytes free on the file system of the data root.</summary>
    public required long FreeDiskBytes { get; init; }

    /// <summary>Bytes of memory that processes could still get (MemAvailable).</summary>
    public required long AvailableMemoryBytes { get; init; }

    /// <summary>Names of the registered OCI runtimes.</summary>
    public required IReadOnlyList<string> Runtimes { get; init; }

    /// <summary>Docker's list of what isolates containers: <c>name=apparmor</c>, <c>name=seccomp,profile=builtin</c>, <c>name=userns</c> …</summary>
    public required IReadOnlyList<string> SecurityOptions { get; init; }

    /// <summary>Version of docker-init, the process that <c>--init</c> puts into a container; empty if unknown.</summary>
    public required string InitVersion { get; init; }

    /// <summary>Ports that processes of the host listen on.</summary>
    public required IReadOnlyList<ListeningPort> ListeningPorts { get; init; }

    /// <summary>The host's own addresses.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Whether AppArmor confines containers.</summary>
    [JsonIgnore]
    public bool UsesAppArmor => Has("apparmor");

    /// <summary>Whether SELinux labels containers.</summary>
    [JsonIgnore]
    public bool UsesSelinux => Has("selinux");

    /// <summary>Whether containers' user IDs are others on the host (<c>userns-remap</c>).</summary>
    [JsonIgnore]
    public bool RemapsUsers => Has("userns");

    /// <summary>Whether the engine runs without root.</summary>
    [JsonIgnore]
    public bool IsRootless => Has("rootless");

    /// <summary>Asks the engine and the kernel.</summary>
    /// <exception cref="DockerException">The engine does not answer.</exception>
    public static async Task<HostFacts> GatherAsync(DockerClient docker, CancellationToken cancellationToken = default)
    {
        var info = await docker.InfoAsync(cancellationToken);
        var dataRoot = info.Text("DockerRootDir");
        return From(info, docker.ApiVersion) with
        {
            FreeDiskBytes = FreeDisk(dataRoot),
            AvailableMemoryBytes = AvailableMemory(await File.ReadAllLinesAsync("/proc/meminfo", cancellationToken)),
            ListeningPorts = ListeningPort.ReadAll(),
            Addresses = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses).Select(address => WithoutScope(address.Address.ToString()))],
        };
    }

    /// <summary>The part that the engine tells (<c>GET /info</c>); what only the kernel knows is empty.</summary>
    public static HostFacts From(JsonObject info, Version apiVersion) => new()
    {
        DockerVersion = info.Text("ServerVersion"),
        ApiVersion = apiVersion.ToString(2),
        HostName = info.Text("Name"),
        Kernel = info.Text("KernelVersion"),
        Architecture = info.Text("Architecture"),
        CgroupVersion = info.Text("CgroupVersion"),
        CgroupDriver = info.Text("CgroupDriver"),
        StorageDriver = info.Text("Driver"),
        UsesContainerdStore = info.Items("DriverStatus").Any(pair => pair.Texts() is ["driver-type", "io.containerd.snapshotter.v1"]),
        DataRoot = info.Text("DockerRootDir"),
        FreeDiskBytes = 0,
        AvailableMemoryBytes = 0,
        Runtimes = [.. info.Members("Runtimes").Select(runtime => runtime.Key)],
        SecurityOptions = info.Texts("SecurityOptions"),
        InitVersion = info.Text("InitCommit", "ID"),
        ListeningPorts = [],
        Addresses = [],
    };

    /// <summary>Bytes of MemAvailable in <c>/proc/meminfo</c>; 0 if it is not there.</summary>
    internal static long AvailableMemory(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["MemAvailable:", var kibibytes, "kB"] && long.TryParse(kibibytes, out var number))
                return number * 1024;
        }

        return 0;
    }

    private static long FreeDisk(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DockerException($"The free space of Docker's data root {path} cannot be told: {e.Message}", e);
        }
    }

    private bool Has(string option) => SecurityOptions.Any(entry => entry == "name=" + option || entry.StartsWith($"name={option},", StringComparison.Ordinal));

    private static string WithoutScope(string address) => address.Split('%')[0];
}
