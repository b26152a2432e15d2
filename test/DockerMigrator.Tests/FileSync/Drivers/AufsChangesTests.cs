using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Tests.FileSync.Drivers.Layouts;

namespace DockerMigrator.Tests.FileSync.Drivers;

public sealed class AufsChangesTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.OnDisk();

    public AufsChangesTests() => ContainerLayout.MakeImage(_scratch, "mkdir -p a/b c/d; echo 1 > a/one; ln a/one c/d/two; ln a/one a/b/three; echo x > c/x; echo other > c/other; touch -d 2001-01-01 c/d c a/b a .");

    [Fact]
    public void The_branch_is_laid_out_as_AUFS_does()
    {
        var container = ContainerLayout.Create("aufs", _scratch, "from");
        _scratch.Shell("cd docker/aufs/mnt/from; rm c/other; rm c/x; mkdir c/x; touch c/x/y; echo more >> a/one");

        container.Settle();

        _scratch.Shell("cd docker/aufs/diff/from; find . -not -path './.wh..wh.plnk/*' | sort").Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            ".", "./.wh..wh.aufs", "./.wh..wh.orph", "./.wh..wh.plnk", "./a", "./a/one", "./c", "./c/.wh.other", "./c/x", "./c/x/.wh..wh..opq", "./c/x/y");
        _scratch.Shell("ls docker/aufs/diff/from/.wh..wh.plnk | grep -cE '^[0-9]+[.][0-9]+$'").Trim().Should().Be("1");
    }

    [Fact]
    public async Task A_file_that_was_changed_by_one_of_its_names_arrives_under_all_of_them()
    {
        var (source, target) = (ContainerLayout.Create("aufs", _scratch, "from"), ContainerLayout.Create("overlay2", _scratch, "to"));
        _scratch.Shell("cd docker/aufs/mnt/from; echo more >> c/d/two; rm a/b/three");
        source.Settle();
        // The branch has nothing of the other name, not even its directories.
        _scratch.Shell("cd docker/aufs/diff/from; ls a/one; ! ls c");
        using var changes = source.Driver.OpenChanges(source.Storage);
        using var root = await target.Driver.OpenForWritingAsync(target.Storage, startOver: true);

        using var stream = new MemoryStream();
        new TreeSender(changes).Send(stream, Pass.Final);
        stream.Position = 0;
        DockerMigrator.FileSync.Receiving.TreeReceiver.Receive(stream, root);

        TreeManifest.Describe(root.Directory).Should().Equal(TreeManifest.Describe(source.View));
    }

    [Fact]
    public void Work_of_AUFS_that_is_half_done_is_not_the_containers()
    {
        var source = ContainerLayout.Create("aufs", _scratch, "from");
        _scratch.Shell("cd docker/aufs/mnt/from; touch a/new; rm c/x");
        source.Settle();
        _scratch.Shell("cd docker/aufs/diff/from; mkdir .wh..wh.orph/12; touch .wh..wh.orph/12/x a/.wh..wh.tmp.0001 c/.wh..wh.dir.0002");
        using var changes = source.Driver.OpenChanges(source.Storage);
        using var stream = new MemoryStream();

        new TreeSender(changes).Send(stream, Pass.Final);

        System.Text.Encoding.Latin1.GetString(stream.ToArray()).Should().NotContain(".wh.");
    }

    [Fact]
    public async Task No_container_comes_to_AUFS()
    {
        var container = ContainerLayout.Create("aufs", _scratch, "to");
        var open = () => StorageDrivers.Detect(container.Storage).OpenForWritingAsync(container.Storage, startOver: true);

        await open.Should().ThrowAsync<TreeException>().WithMessage("Docker keeps containers on AUFS here*overlay2*");
    }

    public void Dispose() => _scratch.Dispose();
}
