using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync;

/// <summary>CRIU is at work in the container's own mounts while the last pass is made.</summary>
public sealed class CriuTracesTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.OnDisk();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("tmp/")]
    public void Its_directory_that_comes_and_goes_in_the_last_pass_is_nobodys_change(string place)
    {
        var (source, sender) = Prepare();
        using (source)
        {
            var stream = new MeddledStream(() => _scratch.Shell($"cd source; mkdir {place}cr-tmpfs.aB3xYz; rmdir {place}cr-tmpfs.aB3xYz"));

            sender.Send(stream, Pass.Final);

            stream.HasMeddled.Should().BeTrue();
        }
    }

    [Theory]
    [InlineData("mkdir other/x; rmdir other/x")]
    [InlineData("chmod 711 .")]
    [InlineData("chmod 711 other/tmp")]
    [InlineData("mkdir other/tmp/x; rmdir other/tmp/x")]
    public void Any_other_change_in_the_last_pass_is_an_error(string change)
    {
        var (source, sender) = Prepare();
        using (source)
        {
            var send = () => sender.Send(new MeddledStream(() => _scratch.Shell($"cd source; {change}")), Pass.Final);

            send.Should().Throw<TreeException>().WithMessage("*changed while nothing should*");
        }
    }

    [Fact]
    public void Its_directory_is_not_sent_in_the_last_pass_and_one_of_the_containers_own_is()
    {
        _scratch.Shell("cd source; mkdir tmp cr-tmpfs.before");
        using var source = PlainTree.Open(_scratch.Source, "the source", mayBeWatched: false);
        var sender = new TreeSender(source);
        _scratch.Copy(sender);
        _scratch.Shell("cd source; mkdir cr-tmpfs.aB3xYz tmp/cr-tmpfs.aB3xYz tmp/cr-tmpfs.seven77; echo x > cr-tmpfs.before/x");

        _scratch.Copy(sender, Pass.Final);

        _scratch.Shell("cd target; find . | sort").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should().Equal(".", "./cr-tmpfs.before", "./cr-tmpfs.before/x", "./tmp", "./tmp/cr-tmpfs.seven77");
    }

    // More than the pass has room for on its way, so that it is not over when the stream gets the first of it.
    private (PlainTree Source, TreeSender Sender) Prepare()
    {
        _scratch.Shell("cd source; mkdir -p tmp/x other/tmp; head -c 40000000 /dev/urandom > other/tmp/a; head -c 40000000 /dev/urandom > tmp/x/a; touch zz");
        var source = PlainTree.Open(_scratch.Source, "the source", mayBeWatched: false);
        return (source, new TreeSender(source));
    }

    /// <summary>Does something at the first write, before which nobody gets any further.</summary>
    private sealed class MeddledStream(Action meddle) : MemoryStream
    {
        public bool HasMeddled { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!HasMeddled)
                meddle();
            HasMeddled = true;
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write([], 0, 0);
    }
}
