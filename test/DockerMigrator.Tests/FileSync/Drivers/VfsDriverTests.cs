using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync.Drivers;

/// <summary>Two containers of one image, laid out as Docker's vfs does.</summary>
public sealed class VfsDriverTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.OnDisk();

    public VfsDriverTests() => _scratch.Shell("""
        mkdir -p docker/vfs/dir/init; cd docker/vfs/dir/init
        mkdir -p etc data/deep; echo conf > etc/conf; echo other > etc/other; ln -s conf etc/link; ln etc/other data/other; head -c 500000 /dev/urandom > data/large; echo x > data/deep/x; setfattr -n user.x -v 1 data
        cd ..; cp -a init from; cp -a init to; cd ../..
        for c in from to; do mkdir -p image/vfs/layerdb/mounts/$c; echo -n $c > image/vfs/layerdb/mounts/$c/mount-id; echo -n init > image/vfs/layerdb/mounts/$c/init-id; done
        """);

    [Theory]
    [InlineData("", "")]
    [InlineData("echo more >> etc/conf; mkdir new; echo x > new/x", "rm etc/conf; echo y > new/x")]
    [InlineData("rm -r data/deep etc/link", "mkdir data/deep; echo back > etc/link")]
    [InlineData("rm -r data; mkdir data; echo x > data/large", "rm -r data; echo x > data")]
    [InlineData("printf 'C' | dd of=data/large bs=1 conv=notrunc status=none; touch -r ../init/data/large data/large", "touch -r ../init/data/large data/large")]
    [InlineData("chmod 600 data/deep/x; setfattr -x user.x data", "chmod 644 data/deep/x; touch -r ../init/data/deep/x data/deep/x")]
    public async Task Changes_arrive(string change, string later)
    {
        _scratch.Shell("cd docker/vfs/dir/from\n" + change);
        _scratch.Shell("cd docker/vfs/dir/to; mkdir -p stray/x; rm etc/other; echo wrong > etc/conf");
        var driver = StorageDrivers.Detect(Container("from"));
        using var changes = driver.OpenChanges(Container("from"));
        using var target = await driver.OpenForWritingAsync(Container("to"), startOver: true);
        var sender = new TreeSender(changes);
        Scratch.Settle();

        foreach (var (script, pass) in new[] { (":", Pass.Live), (later, Pass.Final) })
        {
            _scratch.Shell("cd docker/vfs/dir/from\n" + script);
            using var stream = new MemoryStream();
            var sent = sender.Send(stream, pass);
            if (change.Length == 0)
                // Hard links are sent again rather than compared.
                sent.Bytes.Should().BeLessThan(100);
            stream.Position = 0;
            TreeReceiver.Receive(stream, target);
            TreeManifest.Describe(Path.Combine(_scratch.Root, "docker/vfs/dir/to")).Should().Equal(TreeManifest.Describe(Path.Combine(_scratch.Root, "docker/vfs/dir/from")));
        }
    }

    public void Dispose() => _scratch.Dispose();

    private ContainerStorage Container(string name) => new(name, "vfs", Path.Combine(_scratch.Root, "docker"));
}
