using System.Text;
using CsCheck;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;
using DockerMigrator.Tests.FileSync.Drivers.Layouts;

namespace DockerMigrator.Tests.FileSync.Drivers;

/// <summary>From every storage driver to every other one: what a container's processes see is the same in content and all metadata.</summary>
public sealed class DriverPairTests
{
    private const string Plain = "mkdir -p gone/deep replaced/deep moved/a linked; echo g > gone/deep/g; echo r > replaced/deep/r; echo m > moved/a/m; echo l > linked/one; ln linked/one linked/two; echo l > linked/three; ln linked/three linked/four\n";

    // Of the image's nasty trees a fourth goes, directories are made anew, files are changed; in the rest everything else happens.
    private const string Rework = """
        for tree in tree*; do
            cd $tree; n=0
            for entry in *; do
                n=$((n + 1))
                case $((n % 4)) in
                    0) rm -rf -- "$entry" || true ;;
                    1) rm -rf -- "$entry" && mkdir -- "$entry" && echo anew > "./$entry/file" || true ;;
                    2) [ -f "./$entry" ] && [ ! -L "./$entry" ] && echo more >> "./$entry" || true ;;
                esac
            done 2>/dev/null
            cd ..
        done
        rm -r gone; rm -r replaced; mkdir replaced; echo x > replaced/x; mv moved/a/m moved/b; echo 1 >> linked/one; ln linked/three linked/new
        """;

    // Each in a directory of its own. A device 0:0 is what overlayfs takes for a whiteout, so it lets nobody make one.
    private static readonly string Trees =
        string.Concat(NastyTrees.All.Where(tree => !tree.Key.StartsWith("many", StringComparison.Ordinal)).Select((tree, i) => $"mkdir tree{i}; (cd tree{i}\n{tree.Value}\n)\n")).Replace("mknod zero c 0 0; ", "", StringComparison.Ordinal);

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string> { { "overlay2", "overlay" }, { "vfs", "overlay" } };
            foreach (var from in ContainerLayout.Sources)
            {
                foreach (var to in ContainerLayout.Targets)
                    pairs.Add(from, to);
            }

            return pairs;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task Nasty_trees_arrive_identical(string from, string to)
    {
        using var scratch = Scratch.OnDisk();
        // An image with overlayfs' own notes would be another image on overlayfs.
        ContainerLayout.MakeImage(scratch, Plain + Trees.Replace("setfattr -n trusted.overlay.opaque -v y f; ", "", StringComparison.Ordinal));
        var (source, target) = Containers(scratch, from, to);
        using var move = await Move.StartAsync(source, target);

        scratch.Shell($"cd {source.View}\n{Rework}");
        source.Settle();
        Scratch.Settle();
        move.Pass(Pass.Live);
        move.ShouldBeSame();

        scratch.Shell($"cd {source.View}; mkdir own; cd own\n{Trees}");
        source.Settle();
        move.Pass(Pass.Final);
        move.ShouldBeSame();
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Whatever_a_container_does_to_any_image_arrives_identical(string from, string to) =>
        Gen.Select(RandomTree.Operation.List[0, 80], RandomTree.Operation.List[0, 60], RandomTree.Operation.List[0, 20]).Sample(
            (image, first, second) =>
            {
                using var scratch = Scratch.InMemory();
                ContainerLayout.MakeImage(scratch, ":");
                Apply(Path.Combine(scratch.Root, "image"), image);
                var (source, target) = Containers(scratch, from, to);
                using var move = Move.StartAsync(source, target).GetAwaiter().GetResult();
                foreach (var (operations, pass) in new[] { (first, Pass.Live), (second, Pass.Final) })
                {
                    Apply(source.View, operations);
                    source.Settle();
                    move.Pass(pass);
                    move.ShouldBeSame();
                }
            },
            iter: 20,
            threads: 2);

    private static (ContainerLayout Source, ContainerLayout Target) Containers(Scratch scratch, string from, string to)
    {
        var (source, target) = (ContainerLayout.Create(from, scratch, "from"), ContainerLayout.Create(to, scratch, "to"));
        source.Start();
        return (source, target);
    }

    private static void Apply(string root, List<(int What, byte[] Path, byte[] Other, uint Number)> operations)
    {
        FileCalls.Open(Encoding.UTF8.GetBytes(root), OpenFlags.Directory, out var directory).Should().Be(Errno.None);
        using (directory)
        {
            foreach (var operation in operations)
                RandomTree.Apply(directory, operation);
        }
    }

    private sealed class Move(ContainerLayout source, IChangeSource changes, TreeRoot target) : IDisposable
    {
        private readonly TreeSender _sender = new(changes);

        public static async Task<Move> StartAsync(ContainerLayout source, ContainerLayout target) =>
            new(source, source.Driver.OpenChanges(source.Storage), await target.Driver.OpenForWritingAsync(target.Storage, startOver: true));

        public void Pass(Pass pass)
        {
            using var stream = new MemoryStream();
            _sender.Send(stream, pass);
            stream.Position = 0;
            TreeReceiver.Receive(stream, target);
        }

        public void ShouldBeSame()
        {
            var (there, here) = (TreeManifest.Describe(target.Directory), TreeManifest.Describe(source.View));
            there.Except(here).Should().BeEmpty();
            there.Should().Equal(here);
        }

        public void Dispose()
        {
            changes.Dispose();
            target.Dispose();
        }
    }
}
