using System.Net;

[assembly: AssemblyFixture(typeof(DockerMigrator.EndToEnd.Harness.Hosts))]
// Two cores, and downtimes are looked at.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>The lab hosts of all tests: each comes up when the first test wants it, and all go at the end.</summary>
public sealed class Hosts : IAsyncLifetime
{
    // Fewer, where it is known which tests are run and loading takes long.
    private static readonly string[] Images =
        (Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_TEST_IMAGES") ?? "busybox redis nginx python memhog memzoo postgres").Split(' ');

    private readonly Dictionary<string, LabHost> _hosts = [];

    public async Task<(LabHost Source, LabHost Target)> GetAsync(HostPair pair)
    {
        var (source, target) = pair switch
        {
            HostPair.TrixieToTrixie => ((HostKind.Trixie, 1), (HostKind.Trixie, 2)),
            HostPair.SidToSid => ((HostKind.Sid, 1), (HostKind.Sid, 2)),
            HostPair.TrixieToSid => ((HostKind.Trixie, 1), (HostKind.Sid, 2)),
            HostPair.UnifiedToUnified => ((HostKind.Unified, 1), (HostKind.Unified, 2)),
            HostPair.SnapshotterToSnapshotter => ((HostKind.Snapshotter, 1), (HostKind.Snapshotter, 2)),
            HostPair.LegacyToTrixie => ((HostKind.Legacy, 1), (HostKind.Trixie, 1)),
            HostPair.TrixieToSnapshotter => ((HostKind.Trixie, 1), (HostKind.Snapshotter, 1)),
            HostPair.TrixieToLegacy => ((HostKind.Trixie, 1), (HostKind.Legacy, 1)),
            _ => throw new ArgumentOutOfRangeException(nameof(pair)),
        };
        await UpAsync(source, target);
        return (_hosts[Name(source)], _hosts[Name(target)]);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // For people who debug: leave the hosts as the last test left them.
    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_KEEP_LAB") is null)
            await LabTool.RunAsync("down");
    }

    private async Task UpAsync(params (HostKind Kind, int Number)[] wanted)
    {
        var missing = wanted.Where(host => !_hosts.ContainsKey(Name(host))).ToList();
        if (missing.Count == 0)
            return;
        await LabTool.RunAsync(["up", .. missing.Select(host => $"{Name(host)}:{host.Kind.Specification}")]);
        foreach (var image in Images)
            await LabTool.RunAsync(["image", image, .. missing.Select(Name)]);
        foreach (var name in missing.Select(Name))
            _hosts[name] = new LabHost(name, IPAddress.Parse(await LabTool.RunAsync("ip", name)), await LabTool.RunAsync("root", name));
    }

    private static string Name((HostKind Kind, int Number) host) => $"{host.Kind.Name}{host.Number}";
}
