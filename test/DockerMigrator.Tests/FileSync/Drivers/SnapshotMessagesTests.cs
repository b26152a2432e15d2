using DockerMigrator.FileSync.Drivers.Overlay;
using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.Tests.FileSync.Drivers;

public sealed class SnapshotMessagesTests
{
    [Fact]
    public void A_request_has_both_names() =>
        SnapshotMessages.MountsRequest("ov", "key").Should().Equal([0x0A, 2, (byte)'o', (byte)'v', 0x12, 3, (byte)'k', (byte)'e', (byte)'y']);

    [Fact]
    public void The_options_of_the_mount_are_found_among_what_else_there_is()
    {
        byte[] mount = [0x0A, 1, (byte)'t', 0x12, 1, (byte)'s', 0x22, 2, (byte)'r', (byte)'w', 0x28, 0x96, 1, 0x22, 3, (byte)'a', (byte)'=', (byte)'b'];

        SnapshotMessages.OptionsOfOnlyMount([0x0A, (byte)mount.Length, .. mount, 0x12, 0]).Should().Equal("rw", "a=b");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0A")]
    [InlineData("0AFF")]
    [InlineData("0A05")]
    [InlineData("0A00 0A00")]
    [InlineData("0D00000000")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01")]
    public void A_damaged_answer_is_refused(string answer)
    {
        var read = () => SnapshotMessages.OptionsOfOnlyMount(Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)));

        read.Should().Throw<TreeException>();
    }
}
