using DockerMigrator.FileSync.Drivers.Overlay;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync.Drivers;

public sealed class OverlayMounterTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.OnDisk();

    [Fact]
    public void Both_ways_of_mounting_take_many_layers_and_odd_paths()
    {
        _scratch.Shell("""mkdir -p 'o,d:d \x'/{upper,work}; for i in $(seq 120); do mkdir -p 'o,d:d \x'/l/$i; touch 'o,d:d \x'/l/$i/f$i; done""");
        var root = Path.Combine(_scratch.Root, "o,d:d \\x");
        var layers = new OverlayLayers(Path.Combine(root, "upper"), Path.Combine(root, "work"), [.. Enumerable.Range(1, 120).Select(i => Path.Combine(root, "l", i.ToString()))]);

        foreach (var mount in new[] { true, false })
        {
            var error = mount ? OverlayMounter.MountByConfiguration(layers, out var view) : OverlayMounter.MountByOptions(layers, out view);
            error.Should().Be(Errno.None);
            using (view)
            {
                DockerMigrator.FileSync.Trees.TreeManifest.Describe(view).Should().HaveCount(121);
                DirectoryCalls.MakeDirectory(view, mount ? "by-configuration"u8 : "by-options"u8, 0x1ED).Should().Be(Errno.None);
                DirectoryCalls.RemoveDirectory(view, mount ? "by-configuration"u8 : "by-options"u8).Should().Be(Errno.None);
            }
        }

        _scratch.Shell("cat /proc/self/mountinfo").Should().NotContain(Path.GetFileName(_scratch.Root));
    }

    [Fact]
    public void Options_are_parsed_as_Docker_and_the_kernel_write_them()
    {
        OverlayLayers.FromOptions(["rw", "lowerdir=l/A:l/B", "upperdir=x/diff", "workdir=x/work", "index=off"], "/d/overlay2")
            .Should().BeEquivalentTo(new OverlayLayers("/d/overlay2/x/diff", "/d/overlay2/x/work", ["/d/overlay2/l/A", "/d/overlay2/l/B"]));
        OverlayLayers.FromOptions(["lowerdir+=/a:1", "lowerdir+=/b", "upperdir=/u", "workdir=/w"], "/")!.Lowers.Should().Equal("/a:1", "/b");
        OverlayLayers.FromOptions(["lowerdir=/a\\:1:/b", "upperdir=/u", "workdir=/w"], "/")!.Lowers.Should().Equal("/a:1", "/b");
        OverlayLayers.FromOptions(["lowerdir=/a:/b"], "/").Should().BeNull();
    }

    public void Dispose() => _scratch.Dispose();
}
