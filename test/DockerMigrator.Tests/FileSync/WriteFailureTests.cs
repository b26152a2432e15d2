using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync;

public sealed class WriteFailureTests
{
    [Theory]
    [InlineData("size=1M", "head -c 3000000 /dev/urandom > big", "Writing 'big' in volume 'data' failed: no space left on device.", Errno.ENOSPC)]
    [InlineData("size=1M", "head -c 60000000 /dev/urandom > big", "Writing 'big' in volume 'data' failed: no space left on device.", Errno.ENOSPC)]
    [InlineData("nr_inodes=10", "seq 30 | xargs touch", "Making '*' in volume 'data' failed: no space left on device.", Errno.ENOSPC)]
    [InlineData("ro", "mkdir -p a", "Making the directory 'a' in volume 'data' failed: read-only file system.", Errno.EROFS)]
    public void What_cannot_be_written_is_told_in_a_sentence(string options, string tree, string message, Errno reason)
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell($"mount -t tmpfs -o {options} none target; cd source; {tree}");

        var copy = () => Copy(scratch);

        copy.Should().Throw<TreeException>().WithMessage(message).Which.Reason.Should().Be(reason);
        scratch.Shell("ls -A target").Should().NotContain(".docker-migrator").And.NotContain("big");
    }

    [Fact]
    public void An_attribute_that_the_file_system_cannot_keep_is_named()
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("mount -t ramfs none target; cd source; touch f; setfattr -n user.mime -v text f");

        var copy = () => Copy(scratch);

        copy.Should().Throw<TreeException>().WithMessage("Setting the extended attribute user.mime of 'f' in volume 'data' failed: operation not supported.");
    }

    private static void Copy(Scratch scratch)
    {
        using var source = PlainTree.Open(scratch.Source, "volume 'data'");
        using var stream = new MemoryStream();
        new TreeSender(source).Send(stream, Pass.Final);
        stream.Position = 0;
        using var root = TreeRoot.OpenDirectory(scratch.Target, "volume 'data'");
        TreeReceiver.Receive(stream, root);
    }
}
