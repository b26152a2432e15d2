using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Volumes;

namespace DockerMigrator.Tests.Docker.Volumes;

public sealed class ContainerMountsTests
{
    [Theory]
    [InlineData("20.10")]
    [InlineData("26.1")]
    [InlineData("28.5")]
    public void Mounts_are_told_apart(string engine)
    {
        var mounts = ContainerMounts.Of(Recorded.Container("rich", engine)).ToDictionary(mount => mount.Destination);

        mounts["/data"].Kind.Should().Be(MountKind.NamedVolume);
        mounts["/data"].VolumeName.Should().Be("voln");
        mounts["/data"].Source.Should().Be("/var/lib/docker/volumes/voln/_data");
        mounts["/anon"].Kind.Should().Be(MountKind.AnonymousVolume);
        mounts["/anon2"].Kind.Should().Be(MountKind.AnonymousVolume);
        mounts["/bind"].Should().BeEquivalentTo(new { Kind = MountKind.Bind, Source = "/srv/bind", IsWritable = false });
        mounts["/b2"].Should().BeEquivalentTo(new { Kind = MountKind.Bind, Source = "/srv/bind", IsWritable = true });
        mounts["/tm"].Kind.Should().Be(MountKind.Tmpfs);
        mounts["/tf"].Kind.Should().Be(MountKind.Tmpfs);
    }

    [Fact]
    public void An_anonymous_volume_that_was_handed_on_by_its_name_is_a_named_one()
    {
        var container = Recorded.Container("rich", "28.5");
        var name = ContainerMounts.Find(container, "/anon")!.VolumeName;

        var handedOn = container.With(json => json["HostConfig"]!["Binds"]!.AsArray().Add($"{name}:/anon"));

        ContainerMounts.Find(handedOn, "/anon")!.Kind.Should().Be(MountKind.NamedVolume);
    }

    [Fact]
    public void A_volume_is_created_with_the_options_and_labels_it_had()
    {
        var volume = Recorded.Json("volume-26.1");
        volume["Future"] = 1;

        var body = VolumeRecipe.From(volume);

        body.Text("Name").Should().Be("voln");
        body.Text("Driver").Should().Be("local");
        body.Text("DriverOpts", "o").Should().Be("size=10m");
        body.Text("Labels", "k").Should().Be("v");
        body.Number("Future").Should().Be(1);
        body.Select(member => member.Key).Should().NotContain(["Mountpoint", "CreatedAt", "Scope", "Options"]);
    }

    [Theory]
    [InlineData("""{"Driver":"local"}""", VolumeStorage.Directory)]
    [InlineData("""{"Driver":"local","Options":{"o":"size=10m"}}""", VolumeStorage.Directory)]
    [InlineData("""{"Driver":"local","Options":{"type":"tmpfs","device":"tmpfs","o":"size=1m"}}""", VolumeStorage.Memory)]
    [InlineData("""{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/x"}}""", VolumeStorage.HostPath)]
    [InlineData("""{"Driver":"local","Options":{"o":"rw,bind","device":"/srv/x"}}""", VolumeStorage.HostPath)]
    [InlineData("""{"Driver":"local","Options":{"type":"ext4","device":"/dev/sdb1"}}""", VolumeStorage.Device)]
    [InlineData("""{"Driver":"local","Options":{"type":"nfs","device":":/x","o":"addr=10.0.0.1"}}""", VolumeStorage.Network)]
    [InlineData("""{"Driver":"rexray"}""", VolumeStorage.Network)]
    public void Where_a_volume_lies_is_told_by_its_driver_and_options(string volume, VolumeStorage storage)
    {
        var json = JsonNode.Parse(volume)!.AsObject();

        VolumeRecipe.StorageOf(json).Should().Be(storage);
        VolumeRecipe.HostPathOf(json).Should().Be(storage == VolumeStorage.HostPath ? "/srv/x" : null);
    }
}
