using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync.Drivers;

/// <summary>Two containers of one image, laid out as Docker's overlay2 does, moved from one to the other.</summary>
public sealed class OverlayChangesTests : IDisposable
{
    private const string Image = """
        mkdir -p etc/app usr/bin data/deep/er empty; echo conf > etc/app/conf; echo other > etc/other; echo tool > usr/bin/tool; chmod 4755 usr/bin/tool
        for i in 1 2 3; do echo $i > data/deep/$i; echo $i > data/deep/er/$i; done; ln -s conf etc/app/link; ln usr/bin/tool usr/bin/tool2; mkfifo data/fifo
        setfattr -n user.image -v 1 etc/other; head -c 200000 /dev/urandom > usr/bin/large
        """;

    private readonly Scratch _scratch = Scratch.OnDisk();

    public OverlayChangesTests() => _scratch.Shell($$"""
        mkdir -p docker/overlay2/{base,top,from,to}/{diff,work} docker/overlay2/l from to
        (cd docker/overlay2/base/diff; {{Image}})
        echo top > docker/overlay2/top/diff/top; mkdir -p docker/overlay2/top/diff/data; mknod docker/overlay2/top/diff/data/fifo c 0 0
        ln -s ../base/diff docker/overlay2/l/BASE; ln -s ../top/diff docker/overlay2/l/TOP
        for c in from to; do echo -n l/TOP:l/BASE > docker/overlay2/$c/lower; done
        """);

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("new files", "mkdir -p new/dir; echo x > new/dir/file; echo y > etc/app/added")]
    [InlineData("changed files", "echo more >> etc/app/conf; chmod 600 etc/other; setfattr -n user.new -v 2 etc/other; chown 7 usr/bin/tool; chmod 4755 usr/bin/tool")]
    [InlineData("removed files and directories", "rm etc/other top; rm -r data/deep; rmdir empty")]
    [InlineData("directories made anew", "rm -r data; mkdir data; echo fresh > data/1; rm -r etc/app; mkdir -p etc/app/app; chmod 700 etc/app")]
    [InlineData("replaced by another kind", "rm -r data/deep; echo file > data/deep; rm etc/other; mkdir etc/other; echo x > etc/other/x; rm etc/app/link; mkfifo etc/app/link; rm -r empty; ln -s etc empty")]
    [InlineData("broken and new hard links", "echo x >> usr/bin/tool2; ln etc/other etc/other2; ln usr/bin/large data/large; ln data/large data/deep/large")]
    [InlineData("a changed root", "chmod 711 .; touch -d 2001-01-01 .; setfattr -n user.root -v r .")]
    [InlineData("nodes", "mknod null c 1 3; mkfifo p; mkdir s; chmod 1777 s")]
    [InlineData("protected files", "touch i; chattr +i i; chattr +a etc/other; mkdir d; touch d/x; chattr +i d")]
    [InlineData("a renamed directory", "cp -a data moved; rm -r data; mv moved data2; echo x > data2/deep/9")]
    public async Task Arrives(string what, string change)
    {
        what.Should().NotBeEmpty();
        await MoveAsync("index=off", change, "");
    }

    [Theory]
    [InlineData("mv data moved", "echo x > moved/deep/x; rm moved/deep/1; mv moved/deep/er moved/er")]
    [InlineData("mv data/deep data/deeper; mv data moved; mkdir data; echo x > data/x", "mv moved etc/moved; rm -r data; mkdir data")]
    [InlineData("mv etc/app etc/app2; echo new > etc/app2/conf", "mv etc/app2 etc/app; echo more > etc/app/more")]
    [InlineData("chmod 600 usr/bin/large; chown 5:6 etc/other", "echo x >> usr/bin/large; mv etc/other etc/renamed")]
    [InlineData("mv usr/bin/large usr/large; chmod 640 usr/large", "mv usr u; touch u/large")]
    public async Task Renamed_directories_and_metadata_only_copies_arrive(string change, string later) =>
        await MoveAsync("redirect_dir=on,metacopy=on", change, later);

    [Theory]
    [InlineData("rm etc/other", "echo back > etc/other")]
    [InlineData("echo x > etc/other", "rm etc/other")]
    [InlineData("echo x > etc/app/new", "rm etc/app/new")]
    [InlineData("echo x > data/deep/1", "rm -r data; mkdir data; echo y > data/z")]
    [InlineData("rm -r data; mkdir -p data/deep; echo x > data/deep/x", "rm -r data; mkdir -p data/deep; echo y > data/deep/y")]
    [InlineData("rm -r data; mkdir -p data/deep; echo x > data/deep/x", "rm -r data")]
    [InlineData("rm -r data", "mkdir -p data/deep")]
    [InlineData("echo x > data/new; ln data/new data/new2", "ln data/new data/deep/new3; rm data/new")]
    [InlineData("rm -r etc/app; ln -s /etc etc/app", "rm etc/app; mkdir etc/app; echo x > etc/app/x")]
    [InlineData("echo x > i; chattr +i i; mkdir d; touch d/x; chattr +i d", "chattr -i i d; echo y > i; touch d/y; chattr +i i d; chattr +a etc/other")]
    [InlineData("rm data/deep/1", "rm data/deep/2; echo x > data/deep/3")]
    public async Task A_second_pass_brings_what_changed(string change, string later) => await MoveAsync("index=off", change, later);

    [Fact]
    public async Task Whiteouts_by_attribute_and_the_containers_own_overlay_attributes_are_understood()
    {
        _scratch.Shell("""
            cd docker/overlay2/from/diff; mkdir etc; setfattr -n trusted.overlay.opaque -v x etc; touch etc/other; setfattr -n trusted.overlay.whiteout -v y etc/other; touch etc/kept
            mkdir inner; setfattr -n trusted.overlay.overlay.opaque -v y inner; setfattr -n trusted.overlay.origin -v 0x00 inner; touch inner/x
            """);
        using var changes = StorageDrivers.Detect(Container("from")).OpenChanges(Container("from"));

        using var target = await StorageDrivers.Detect(Container("to")).OpenForWritingAsync(Container("to"), startOver: true);
        Pass(new TreeSender(changes), target, DockerMigrator.FileSync.Sending.Pass.Final);

        var lines = TreeManifest.Describe(target.Directory);
        lines.Should().NotContain(line => line.StartsWith("etc/other |", StringComparison.Ordinal)).And.Contain(line => line.StartsWith("etc/kept |", StringComparison.Ordinal));
        _scratch.Shell("getfattr --absolute-names -d -m trusted.overlay.overlay docker/overlay2/to/diff/inner").Should().Contain("trusted.overlay.overlay.opaque=\"y\"");
    }

    [Fact]
    public async Task Starting_over_brings_the_target_back_to_its_image()
    {
        _scratch.Shell("mkdir -p docker/overlay2/to/diff/stray/deep; touch docker/overlay2/to/diff/{x,stray/y}; mknod docker/overlay2/to/diff/etc c 0 0; echo 1 > docker/overlay2/from/diff/one");

        await MoveAsync("index=off", "", "");
    }

    [Fact]
    public async Task A_mount_of_the_target_that_is_there_already_is_used()
    {
        var target = Container("to");
        _scratch.Shell(Mount("to", "index=off"));

        using (var root = await StorageDrivers.Detect(target).OpenForWritingAsync(target, startOver: false))
            root.Directory.Should().NotBeNull();

        var again = () => StorageDrivers.Detect(target).OpenForWritingAsync(target, startOver: true);
        await again.Should().ThrowAsync<DockerMigrator.FileSync.Errors.TreeException>().WithMessage("*mounted already and cannot be started over.");
    }

    [Fact]
    public async Task The_private_mount_is_nowhere_to_be_seen_and_gone_when_closed()
    {
        const string Mounts = "grep -F \"$PWD/\" /proc/self/mountinfo || true";
        var before = _scratch.Shell(Mounts);
        using (await StorageDrivers.Detect(Container("to")).OpenForWritingAsync(Container("to"), startOver: true))
            _scratch.Shell(Mounts).Should().Be(before);

        // An upper directory that is still in use could not be used with an index.
        _scratch.Shell(Mount("to", "index=on"));
    }

    public void Dispose() => _scratch.Dispose();

    private static TreeStats Pass(TreeSender sender, TreeRoot target, Pass pass)
    {
        using var stream = new MemoryStream();
        var sent = sender.Send(stream, pass);
        stream.Position = 0;
        TreeReceiver.Receive(stream, target).Should().Be(sent with { Unsettled = 0 });
        return sent;
    }

    private static string Mount(string container, string options) =>
        $"mount -t overlay overlay -o lowerdir=docker/overlay2/l/TOP:docker/overlay2/l/BASE,upperdir=$PWD/docker/overlay2/{container}/diff,workdir=$PWD/docker/overlay2/{container}/work,{options} {container}";

    private async Task MoveAsync(string options, string change, string later)
    {
        _scratch.Shell(Mount("from", options) + "\ncd from\n" + change);
        using var changes = StorageDrivers.Detect(Container("from")).OpenChanges(Container("from"));
        using var target = await StorageDrivers.Detect(Container("to")).OpenForWritingAsync(Container("to"), startOver: true);
        var sender = new TreeSender(changes);
        Scratch.Settle();
        ShouldBeSame(target, Pass(sender, target, DockerMigrator.FileSync.Sending.Pass.Live));

        _scratch.Shell("cd from\n" + later);
        var last = Pass(sender, target, DockerMigrator.FileSync.Sending.Pass.Final);

        ShouldBeSame(target, last);
        if (later.Length == 0)
            last.Entries.Should().Be(0);
    }

    private void ShouldBeSame(TreeRoot target, TreeStats sent) => TreeManifest.Describe(target.Directory).Should().Equal(
        TreeManifest.Describe(Path.Combine(_scratch.Root, "from")),
        $"of {sent}, of {_scratch.Shell("find docker/overlay2/{from,to}/diff -printf '%P %y%m %U:%G %s; '")}");

    private ContainerStorage Container(string name) => new(name, "overlay2", Path.Combine(_scratch.Root, "docker"))
    {
        DriverData = new Dictionary<string, string>
        {
            ["UpperDir"] = Path.Combine(_scratch.Root, "docker/overlay2", name, "diff"),
            ["WorkDir"] = Path.Combine(_scratch.Root, "docker/overlay2", name, "work"),
        },
    };
}
