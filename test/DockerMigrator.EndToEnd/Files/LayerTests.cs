using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Files;

/// <summary>Layers of an image that the target has are not sent, whatever images they came with.</summary>
[Trait("Area", "Files")]
public sealed class LayerTests(Hosts hosts) : MigrationTest(hosts)
{
    private const int Mebibyte = 1 << 20;

    public static TheoryData<HostPair> Pairs => [HostPair.TrixieToTrixie, HostPair.LegacyToTrixie, HostPair.TrixieToSnapshotter, HostPair.SnapshotterToSnapshotter, HostPair.TrixieToLegacy];

    // Each theory names its pair.
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var host in (LabHost[])[Source, Target])
            await host.ShellAsync("docker rmi -f layers/base layers/top layers/other 2>/dev/null; rm -f /tmp/layers.tar");
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Of_an_image_of_500_MB_only_the_layer_of_5_MB_is_sent(HostPair pair)
    {
        await UseAsync(pair);
        var (busybox, large, small) = (await BusyboxAsync(), Layer("large", 495), Layer("small", 5));
        await LoadAsync(Source, "layers/top", busybox, large, small);
        await LoadAsync(Target, "layers/base", busybox, large);
        await Source.StartAsync("layered", "layers/top", "sleep", "1000");

        var result = await MoveAsync("layered");

        Image(result).Should().BeInRange(5_000_000, 6_000_000);
        await VerifyAsync(large, small);
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_layer_that_lies_on_others_at_the_target_is_not_sent_either(HostPair pair)
    {
        await UseAsync(pair);
        var (busybox, other, shared, small) = (await BusyboxAsync(), Layer("other", 1), Layer("shared", 60), Layer("small", 5));
        await LoadAsync(Source, "layers/top", busybox, shared, small, shared);
        await LoadAsync(Target, "layers/other", other, shared);
        await Source.StartAsync("layered", "layers/top", "sleep", "1000");

        var result = await MoveAsync("layered");

        Image(result).Should().BeInRange(5_000_000, 6_000_000);
        await VerifyAsync(shared, small);
    }

    [Fact]
    public async Task An_image_that_cannot_be_made_whole_is_sent_in_full()
    {
        await UseAsync(HostPair.TrixieToTrixie);
        var (busybox, shared, small) = (await BusyboxAsync(), Layer("shared", 20), Layer("small", 5));
        await LoadAsync(Source, "layers/top", busybox, shared, small);
        await LoadAsync(Target, "layers/other", Layer("other", 1), shared);
        await Source.StartAsync("layered", "layers/top", "sleep", "1000");
        // The layer was there when it was asked for, and is damaged when it is to be read.
        await Target.ShellAsync("""
            id=$(docker image inspect -f '{{.Id}}' layers/other); layer=$(docker image inspect -f '{{.GraphDriver.Data.UpperDir}}' "$id"); truncate -s 7 "$layer"/shared
            """);

        var result = await MoveAsync("layered");

        result.Warnings.Should().ContainSingle(warning => warning.Contains("all of it is sent", StringComparison.Ordinal));
        Image(result).Should().BeGreaterThan(25_000_000);
        await VerifyAsync(shared, small);
    }

    private static long Image(MigrationResult result) => result.Report["bytes"]!["image"]!.GetValue<long>();

    private async Task VerifyAsync(params (string Name, byte[] Tar)[] layers)
    {
        foreach (var (name, tar) in layers)
        {
            var expected = Convert.ToHexStringLower(SHA256.HashData(tar.AsSpan(512, int.Parse(name[(name.IndexOf('-') + 1)..]) * Mebibyte)));
            (await Target.DockerAsync("exec", "layered", "sha256sum", "/" + name.Split('-')[0])).Should().StartWith(expected);
        }
    }

    // A layer of one file of random bytes.
    private static (string Name, byte[] Tar) Layer(string name, int mebibytes)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(mebibytes * Mebibyte)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }

        return ($"{name}-{mebibytes}", stream.ToArray());
    }

    // The layer of the image that every host has.
    private async Task<(string Name, byte[] Tar)> BusyboxAsync()
    {
        await Source.ShellAsync("docker save lab/busybox >/tmp/layers.tar");
        using var reader = new TarReader(File.OpenRead(Source.PathOf("/tmp/layers.tar")));
        byte[] largest = [];
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile && entry.Length > largest.Length)
            {
                largest = new byte[entry.Length];
                entry.DataStream!.ReadExactly(largest);
            }
        }

        return ("busybox", largest);
    }

    private static async Task LoadAsync(LabHost host, string name, params (string Name, byte[] Tar)[] layers)
    {
        var config = new JsonObject
        {
            ["architecture"] = await host.OnAsync("docker", "image", "inspect", "-f", "{{.Architecture}}", "lab/busybox"),
            ["os"] = "linux",
            ["created"] = "2020-01-01T00:00:00Z",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)DiffId(layer.Tar))]) },
            ["history"] = new JsonArray([.. layers.Select(layer => (JsonNode)new JsonObject { ["created"] = "2020-01-01T00:00:00Z", ["created_by"] = layer.Name })]),
        };
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = "config.json",
            ["RepoTags"] = new JsonArray(name + ":latest"),
            ["Layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)(layer.Name + ".tar"))]),
        });
        await using (var writer = new TarWriter(File.Create(host.PathOf("/tmp/layers.tar"))))
        {
            foreach (var (file, content) in layers.DistinctBy(layer => layer.Name).Select(layer => (layer.Name + ".tar", layer.Tar)).Concat(
                [("config.json", System.Text.Encoding.UTF8.GetBytes(config.ToJsonString())), ("manifest.json", System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString()))]))
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(content) });
        }

        await host.ShellAsync("docker load -q </tmp/layers.tar");
    }

    private static string DiffId(byte[] layer) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(layer));
}
