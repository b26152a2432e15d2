using System.Text.RegularExpressions;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.EndToEnd.Files;

/// <summary>Every kind of file, in the writable layer and in a volume, arrives as it is while files change.</summary>
[Trait("Area", "Files")]
public sealed partial class TreeTests(Hosts hosts) : MigrationTest(hosts)
{
    public static TheoryData<HostPair> Pairs => [HostPair.TrixieToTrixie, HostPair.SnapshotterToSnapshotter, HostPair.LegacyToTrixie, HostPair.TrixieToSnapshotter];

    [GeneratedRegex("^(?<turns>[0-9]+) (?<last>hot/[0-9]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Touched { get; }

    // Each theory names its pair.
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory, MemberData(nameof(Pairs))]
    public async Task The_writable_layer_arrives_as_it_is(HostPair pair)
    {
        await UseAsync(pair);
        await Source.StartAsync("tree", PythonProgram.Command("tree", "/tree", "image"));
        await ReadyAsync();
        // Extended attributes that the container itself may not set.
        await Source.ShellAsync($"cd /proc/{(await Source.InspectAsync("tree")).Pid}/root/tree && setfattr -n trusted.mine -v 0x00ff large && setfattr -h -n trusted.link -v x dangling");
        // A tree cannot be described while files come and go in it.
        await Source.DockerAsync("pause", "tree");
        var usr = await DescribeAsync(Source, "/usr");
        var still = Still(await DescribeAsync(Source, "/tree"));
        await Source.DockerAsync("unpause", "tree");

        await MoveAsync("tree");

        var (turns, _) = await TouchedAsync();
        turns.Should().BeGreaterThan(50, "files have to change during the move");
        (await DescribeAsync(Target, "/usr")).Should().Equal(usr);
        Still(await DescribeAsync(Target, "/tree")).Should().Equal(still);
        still.Should().HaveCountGreaterThan(1500);
        usr.Should().NotContain(line => line.Contains("/venv/", StringComparison.Ordinal) || line.Contains("this.py", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_volume_arrives_as_it_was_at_the_freeze(HostPair pair)
    {
        await UseAsync(pair);
        await Source.StartAsync("tree", ["-v", "data:/data", .. PythonProgram.Command("tree", "/data/tree")]);
        await ReadyAsync();

        // The source's volume stays behind as it was when the container was frozen.
        await MoveAsync("tree", "--keep-source");

        var (turns, last) = await TouchedAsync();
        turns.Should().BeGreaterThan(50, "files have to change during the move");
        var (there, here) = (Volume(Target), Volume(Source));
        there.Should().HaveCountGreaterThan(1500);
        // What was under way when it was frozen went on at the target.
        var group = Group(here, last).Union(Group(there, last)).ToHashSet();
        there.Where(line => !IsOf(line, group)).Should().Equal(here.Where(line => !IsOf(line, group)));
    }

    private static IReadOnlyList<string> Volume(LabHost host) =>
        TreeManifest.Describe(host.PathOf("/var/lib/docker/volumes/data/_data/tree"), ManifestOptions.Holes);

    private static async Task<IReadOnlyList<string>> DescribeAsync(LabHost host, string path) =>
        TreeManifest.Describe(host.PathOf($"/proc/{(await host.InspectAsync("tree")).Pid}/root{path}"), ManifestOptions.Holes);

    // What does not change while it moves.
    private static List<string> Still(IReadOnlyList<string> manifest) =>
        [.. manifest.Where(line => !line.StartsWith("hot", StringComparison.Ordinal) && !line.StartsWith("linked", StringComparison.Ordinal))];

    // The names of the file that was touched last, and of its directory.
    private static IEnumerable<string> Group(IReadOnlyList<string> manifest, string last)
    {
        var line = manifest.FirstOrDefault(line => Name(line) == last) ?? "";
        var first = line.Contains(" = ", StringComparison.Ordinal) ? line.Split(" = ")[^1] : last;
        return ["hot", last, first, .. manifest.Where(other => other.EndsWith(" = " + first, StringComparison.Ordinal)).Select(Name)];
    }

    private static bool IsOf(string line, HashSet<string> group) => group.Contains(Name(line));

    private static string Name(string line) => line.Split(" | ")[0];

    private Task ReadyAsync() =>
        Eventually.IsTrueAsync("the tree is made", async () => (await Source.DockerAsync("logs", "tree")).Contains("ready", StringComparison.Ordinal));

    private async Task<(int Turns, string Last)> TouchedAsync()
    {
        var match = Match.Empty;
        await Eventually.IsTrueAsync(
            "the program notices that it has moved",
            async () => (match = Touched.Match((await Target.DockerAsync("logs", "tree")).Split('\n')[^1])).Success);
        return (int.Parse(match.Groups["turns"].Value), match.Groups["last"].Value);
    }
}
