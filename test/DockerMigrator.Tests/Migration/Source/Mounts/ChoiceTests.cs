using CsCheck;
using DockerMigrator.Migration.Source.Mounts;

namespace DockerMigrator.Tests.Migration.Source.Mounts;

public sealed class ChoiceTests
{
    [Theory]
    [InlineData("data=copy", "data", MountTreatment.Copy)]
    [InlineData("data=skip", "data", MountTreatment.Skip)]
    [InlineData("/var/lib/x=shared", "/var/lib/x", MountTreatment.Shared)]
    [InlineData("a=b=skip", "a=b", MountTreatment.Skip)]
    public void A_volume_and_what_becomes_of_it(string text, string name, MountTreatment treatment) =>
        VolumeChoice.TryParse(text).Should().Be(new VolumeChoice(name, treatment));

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("=copy")]
    [InlineData("data=")]
    [InlineData("data=move")]
    [InlineData("copy")]
    public void What_says_nothing_of_a_volume_is_none(string text) => VolumeChoice.TryParse(text).Should().BeNull();

    [Theory]
    [InlineData("copy", null, MountTreatment.Copy, null)]
    [InlineData("skip", null, MountTreatment.Skip, null)]
    [InlineData("/srv/x=copy", "/srv/x", MountTreatment.Copy, null)]
    [InlineData("/srv/x/=skip", "/srv/x", MountTreatment.Skip, null)]
    [InlineData("/srv/x=/mnt/y", "/srv/x", MountTreatment.Skip, "/mnt/y")]
    [InlineData("/srv/x=/mnt/y/", "/srv/x", MountTreatment.Skip, "/mnt/y")]
    [InlineData("/srv/a=b=/mnt/y", "/srv/a=b", MountTreatment.Skip, "/mnt/y")]
    [InlineData("/srv/x=/mnt/../y", "/srv/x", MountTreatment.Skip, "/y")]
    [InlineData("/srv/x=/mnt/a=b", "/srv/x", MountTreatment.Skip, "/mnt/a=b")]
    public void A_bind_mount_and_what_becomes_of_it(string text, string? path, MountTreatment treatment, string? target) =>
        BindChoice.TryParse(text).Should().Be(new BindChoice(path, treatment, target));

    [Theory]
    [InlineData("")]
    [InlineData("shared")]
    [InlineData("/srv/x")]
    [InlineData("/srv/x=")]
    [InlineData("/srv/x=relative")]
    [InlineData("relative=copy")]
    [InlineData("relative=/srv/x")]
    [InlineData("/srv/x=/a:b")]
    public void What_says_nothing_of_a_bind_mount_is_none(string text) => BindChoice.TryParse(text).Should().BeNull();

    [Fact]
    public void No_words_bring_it_down() => Gen.String.Sample(text =>
    {
        _ = VolumeChoice.TryParse(text);
        _ = text.Contains('\0') ? null : BindChoice.TryParse(text);
    });
}
