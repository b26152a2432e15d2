using System.Text.RegularExpressions;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Files;

/// <summary>From an old host to ever newer ones, each with a storage driver of its own.</summary>
[Trait("Area", "Files")]
public sealed partial class ChainTests(Hosts hosts) : MigrationTest(hosts)
{
    protected override HostPair Pair => HostPair.LegacyToTrixie;

    [GeneratedRegex("^turn (?<turn>[0-9]+) entries [0-9]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Turn { get; }

    [Fact]
    public async Task A_container_that_rewrites_its_own_root_moves_from_overlay_by_overlay2_to_the_containerd_store()
    {
        (await DriverAsync(Source)).Should().Be("overlay");
        await Source.StartAsync("rewriter", PythonProgram.Command("rewrite", "1"));
        await TurnsAsync(Source, 50);

        var moved = await TurnAsync(Source);
        await MoveAsync("rewriter");
        await TurnsAsync(Target, moved + 50);

        await GoOnAsync(HostPair.TrixieToSnapshotter);
        (await DriverAsync(Source)).Should().Be("overlay2");
        moved = await TurnAsync(Source);
        await MoveAsync("rewriter");
        await TurnsAsync(Target, moved + 50);
        (await DriverAsync(Target)).Should().Be("overlayfs");
    }

    [Fact]
    public async Task A_container_moves_back_to_the_first_overlay_driver()
    {
        await GoOnAsync(HostPair.TrixieToLegacy);
        await Source.StartAsync("rewriter", PythonProgram.Command("rewrite", "2"));
        await TurnsAsync(Source, 30);

        await MoveAsync("rewriter");

        await TurnsAsync(Target, await TurnAsync(Target) + 50);
        (await DriverAsync(Target)).Should().Be("overlay");
        (await Target.DockerAsync("exec", "rewriter", "ls", "/.dockerenv", "/etc/hosts", "/dev/pts/ptmx")).Should().NotBeEmpty();
    }

    private static Task<string> DriverAsync(LabHost host) => host.DockerAsync("info", "-f", "{{.Driver}}");

    // The program compares everything with what it remembers after every turn.
    private static Task TurnsAsync(LabHost host, int turns) =>
        Eventually.IsTrueAsync($"{host.Name} sees turn {turns}", async () => await TurnAsync(host) >= turns, TimeSpan.FromMinutes(2));

    private static async Task<int> TurnAsync(LabHost host)
    {
        var last = (await host.DockerAsync("logs", "--tail", "1", "rewriter")).Trim();
        last.Should().NotStartWith("MISMATCH");
        (await host.InspectAsync("rewriter")).IsRunning.Should().BeTrue("it said last: {0}", last);
        return Turn.Match(last) is { Success: true } match ? int.Parse(match.Groups["turn"].Value) : 0;
    }
}
