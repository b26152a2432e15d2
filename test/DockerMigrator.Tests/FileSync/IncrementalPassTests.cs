using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync;

public sealed class IncrementalPassTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.OnDisk();
    private TreeSender? _sender;
    private PlainTree? _source;

    [Theory]
    [InlineData("a new file", "echo new > d/new", 2)]
    [InlineData("changed content", "echo more >> d/a", 2)]
    [InlineData("changed content of the same size with the old mtime", "touch -r d/a /tmp/ref.$$; printf 'X\\n' > d/a; touch -r /tmp/ref.$$ d/a; rm /tmp/ref.$$", 2)]
    [InlineData("changed permissions", "chmod 600 d/a", 2)]
    [InlineData("a changed owner", "chown 5:6 d/a", 2)]
    [InlineData("a new attribute", "setfattr -n user.x -v 1 d/a", 2)]
    [InlineData("a file that is gone", "rm d/a", 2)]
    [InlineData("a directory that is gone", "rm -r d", 1)]
    [InlineData("changed metadata of a directory only", "chmod 711 d", 1)]
    [InlineData("a changed root", "chmod 711 .", 1)]
    [InlineData("a changed symbolic link", "ln -sfn elsewhere d/l", 2)]
    [InlineData("a renamed file", "mv d/a d/z", 3)]
    [InlineData("a renamed directory", "mv d e", null)]
    [InlineData("swapped files", "mv d/a x; mv d/b d/a; mv x d/b", null)]
    [InlineData("a file that became a directory", "rm d/a; mkdir d/a; echo x > d/a/x", null)]
    [InlineData("a directory that became a file", "rm -r d/sub; echo x > d/sub", null)]
    [InlineData("a directory that became a symbolic link to itself's place", "rm -r d/sub; ln -s / d/sub", null)]
    [InlineData("a symbolic link that became a directory", "rm d/l; mkdir d/l; echo x > d/l/x", null)]
    [InlineData("a file that became a FIFO", "rm d/a; mkfifo d/a", 2)]
    [InlineData("a hard link to a file that was sent before", "ln d/a c/a; ln d/a z", null)]
    [InlineData("a hard link that is gone", "rm h1", null)]
    [InlineData("a hard link that was broken up", "cp h2 x; mv x h2", null)]
    [InlineData("changed content of a file with several names", "echo more >> h2", null)]
    [InlineData("the first of several names replaced", "echo other > x; mv x h1", null)]
    [InlineData("two groups of links exchanged", "ln -f h1 x; ln -f g1 h1; ln -f x g1; rm x", null)]
    [InlineData("holes punched", "fallocate -p -o 65536 -l 65536 big", null)]
    [InlineData("a file that shrank", "truncate -s 100000 big", null)]
    [InlineData("a tree replaced by another of the same name", "rm -r d; mkdir -p d/sub/other; echo y > d/sub/other/f", null)]
    public void The_next_pass_brings(string what, string change, int? entries)
    {
        Prepare("mkdir -p d/sub/deep c; printf 'a\\n' > d/a; echo b > d/b; ln -s a d/l; echo s > d/sub/deep/s; echo h > h1; ln h1 h2; ln h1 c/h3; echo g > g1; ln g1 g2; head -c 300000 /dev/urandom > big");

        var stats = Next(change);

        _scratch.ShouldBeSame();
        what.Should().NotBeEmpty();
        if (entries is not null)
            // The root's entry comes with every other.
            stats.Entries.Should().Be(entries + (stats.Entries > 0 && change != "chmod 711 ." ? 1 : 0));
    }

    [Fact]
    public void After_forgetting_everything_is_sent_and_what_is_not_at_the_source_is_removed()
    {
        Prepare("mkdir d; echo a > d/a");
        _scratch.Shell("echo x > target/stray; mkdir -p target/d/stray/deep; echo wrong > target/d/a");

        _sender!.ForgetMemory();
        _scratch.Copy(_sender, Pass.Final).Entries.Should().Be(3);

        _scratch.ShouldBeSame();
    }

    [Fact]
    public void What_was_changed_just_before_a_live_pass_is_sent_again_by_the_next()
    {
        _scratch.Shell("cd source; echo a > a");
        using var source = PlainTree.Open(_scratch.Source, "the source", mayBeWatched: false);
        var sender = new TreeSender(source);

        _scratch.Copy(sender).Unsettled.Should().Be(2);
        _scratch.Copy(sender, Pass.Final).Entries.Should().Be(2);
        _scratch.Copy(sender, Pass.Final).Entries.Should().Be(0);
    }

    [Fact]
    public void Stores_through_a_mapping_whose_page_is_dirty_already_are_not_missed()
    {
        _scratch.Shell("head -c 1000000 /dev/urandom > source/mapped");
        using var mapping = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(Path.Combine(_scratch.Source, "mapped"));
        using var view = mapping.CreateViewAccessor();
        view.Write(0, 1);
        Scratch.Settle();
        using var source = PlainTree.Open(_scratch.Source, "the source");
        var sender = new TreeSender(source);
        _scratch.Copy(sender);

        view.Write(4, 2);
        _scratch.Copy(sender);
        view.Write(8, 3);
        _scratch.Copy(sender, Pass.Final);

        _scratch.ShouldBeSame();
    }

    [Fact]
    public void Files_that_change_and_vanish_during_live_passes_are_right_after_the_final_one()
    {
        using var source = PlainTree.Open(_scratch.Source, "the source");
        var sender = new TreeSender(source);
        using var stop = new CancellationTokenSource();
        var churn = new Thread(() => Churn(_scratch.Source, stop.Token));
        churn.Start();
        try
        {
            for (var i = 0; i < 30; i++)
                _scratch.Copy(sender);
        }
        finally
        {
            stop.Cancel();
            churn.Join();
        }

        _scratch.Copy(sender, Pass.Final);
        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void A_single_file_arrives_under_the_targets_name_and_its_directory_is_left_alone()
    {
        _scratch.Shell("head -c 100000 /dev/urandom > source/config; chmod 640 source/config; touch source/other; echo keep > target/keep; echo old > target/app.conf; touch -d 2001-01-01 target");
        using var source = PlainTree.Open(Path.Combine(_scratch.Source, "config"), "bind mount");
        var sender = new TreeSender(source);
        foreach (var pass in new[] { Pass.Live, Pass.Final })
        {
            using var stream = new MemoryStream();
            sender.Send(stream, pass);
            stream.Position = 0;
            using var root = DockerMigrator.FileSync.Receiving.TreeRoot.OpenFile(Path.Combine(_scratch.Target, "app.conf"), "bind mount");
            DockerMigrator.FileSync.Receiving.TreeReceiver.Receive(stream, root);
            _scratch.Shell("cmp source/config target/app.conf; stat -c %a target/app.conf; ls target | tr '\\n' ' '").Should().Be("640\napp.conf keep ");
        }
    }

    [Fact]
    public void A_mount_point_in_the_tree_is_refused_and_never_entered()
    {
        _scratch.Shell("mkdir source/m; mount -t tmpfs none source/m; echo secret > source/m/x");
        using var source = PlainTree.Open(_scratch.Source, "volume 'data'");

        var send = () => new TreeSender(source).Send(Stream.Null, Pass.Final);

        send.Should().Throw<TreeException>().WithMessage("'m' in volume 'data' is a mount point: what is mounted there cannot be copied with it.");
    }

    [Fact]
    public void The_size_counts_every_inode_once()
    {
        _scratch.Shell("cd source; head -c 100000 /dev/urandom > a; ln a b; truncate -s 1G hole; mkdir d; sync -f .");
        using var source = PlainTree.Open(_scratch.Source, "the source");

        var size = TreeSize.Measure(source);

        size.Inodes.Should().Be(3);
        size.Bytes.Should().BeInRange(100000, 200000);
    }

    public void Dispose()
    {
        _source?.Dispose();
        _scratch.Dispose();
    }

    private static void Churn(string root, CancellationToken stop)
    {
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            var path = Path.Combine(root, random.Next(8).ToString());
            var other = Path.Combine(root, random.Next(8).ToString());
            try
            {
                switch (random.Next(7))
                {
                    case 0:
                        File.WriteAllBytes(path, new byte[random.Next(300000)]);
                        break;
                    case 1:
                        Directory.CreateDirectory(Path.Combine(path, "a", "b"));
                        break;
                    case 2:
                        File.AppendAllText(Path.Combine(path, "a", "f"), "more");
                        break;
                    case 3:
                        File.Delete(path);
                        break;
                    case 4:
                        Directory.Delete(path, recursive: true);
                        break;
                    case 5:
                        File.CreateSymbolicLink(path, other);
                        break;
                    default:
                        Directory.Move(path, other);
                        break;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whatever does not work on what is there just now.
            }
        }
    }

    private void Prepare(string script)
    {
        _scratch.Shell("cd source\n" + script);
        Scratch.Settle();
        _source = PlainTree.Open(_scratch.Source, "the source");
        _sender = new TreeSender(_source);
        _scratch.Copy(_sender).Unsettled.Should().Be(0);
    }

    private TreeStats Next(string change)
    {
        _scratch.Shell("cd source\n" + change);
        return _scratch.Copy(_sender!, Pass.Final);
    }
}
