using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync;

/// <summary>Streams that want to write where they must not, into a target that has traps, among files that must stay as they are.</summary>
public sealed class HostileStreamTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.InMemory();
    private readonly IReadOnlyList<string> _outside;

    public HostileStreamTests()
    {
        _scratch.Shell("""
            mkdir -p outside/canary; echo alive > outside/canary/file; echo alive > outside/file; chmod 640 outside/file; mv target outside/target
            cd outside/target; ln -s .. up; ln -s ../canary dir; ln -s ../file file; mkdir real; ln -s ../.. real/up
            """);
        _outside = Outside();
    }

    private string Target => Path.Combine(_scratch.Root, "outside", "target");

    [Fact]
    public void A_right_stream_is_written()
    {
        Receive(new HostileStream().Root().Directory("d").File("f", "x").Leave().HardLink("g", "d/f").Leave().Ended(4, 1));
        File.ReadAllText(Path.Combine(Target, "g")).Should().Be("x");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("../canary")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Forbidden_names_are_refused(string name)
    {
        foreach (var entry in new Func<HostileStream, HostileStream>[]
        {
            s => s.Directory(name), s => s.File(name, "x"), s => s.Symlink(name, "x"), s => s.HardLink(name, "real"), s => s.Removed(name),
            s => s.U8(5).Name(name).Metadata().U16(0x1000).U32(0).U32(0), s => s.HardLink("ok", name), s => s.HardLink("ok", "real/" + name),
        })
        {
            ShouldRefuse(entry(new HostileStream().Root()).Leave().Ended(2));
        }
    }

    [Fact]
    public void Symbolic_links_that_are_there_or_were_just_sent_are_never_followed()
    {
        // A directory takes a link's place; what is written into it does not go through the link.
        Receive(new HostileStream().Root().Directory("dir").File("file", "overwritten").Leave().Leave().Ended(3, 11));
        Receive(new HostileStream().Root().File("file", "overwritten").Removed("up").Leave().Ended(3, 11, 1));
        Receive(new HostileStream().Root().Symlink("trap", "../canary").Directory("trap").File("file", "x").Leave().Leave().Ended(4, 1));
        ShouldRefuse(new HostileStream().Root().Symlink("trap2", "../canary").HardLink("caught", "trap2/file").Leave().Ended(3));
        ShouldRefuse(new HostileStream().Root().HardLink("caught", "real/up/file").Leave().Ended(2));
        ShouldRefuse(new HostileStream().Root().HardLink("caught", "real").Leave().Ended(2));
        Outside().Should().Equal(_outside);
    }

    [Fact]
    public void Streams_that_break_the_rules_are_refused()
    {
        var bad = new Dictionary<string, MemoryStream>
        {
            ["nothing"] = new(),
            ["no start"] = new HostileStream(magic: 1).Root().Leave().Ended(1),
            ["another version"] = new HostileStream(version: 99).Root().Leave().Ended(1),
            ["unknown flags"] = new HostileStream(flags: 4).Root().Leave().Ended(1),
            ["single file for a directory"] = new HostileStream(flags: 2).Root().Leave().Ended(1),
            ["no end"] = new HostileStream().Root().Leave().Unended(),
            ["an unknown entry"] = new HostileStream().Root().U8(9).Unended(),
            ["entry zero"] = new HostileStream().Root().U8(0).Unended(),
            ["no root"] = new HostileStream().File("f", "x").Ended(1, 1),
            ["a named root"] = new HostileStream().Directory("x").Leave().Ended(1),
            ["two roots"] = new HostileStream().Root().Leave().Root().Leave().Ended(2),
            ["a directory after the root"] = new HostileStream().Root().Leave().Directory("x").Leave().Ended(2),
            ["leaving too often"] = new HostileStream().Root().Leave().Leave().Ended(1),
            ["ending too early"] = new HostileStream().Root().Directory("x").Leave().Ended(2),
            ["impossible permissions"] = new HostileStream().U8(1).Name("").U8(0).Metadata(permissions: 0x81ED).Leave().Ended(1),
            ["impossible protection"] = new HostileStream().U8(1).Name("").U8(0).Metadata(protection: 4).Leave().Ended(1),
            ["no owner"] = new HostileStream().U8(1).Name("").U8(0).Metadata(owner: uint.MaxValue).Leave().Ended(1),
            ["impossible time"] = new HostileStream().U8(1).Name("").U8(0).Metadata(nanoseconds: 1_000_000_000).Leave().Ended(1),
            ["half opaque"] = new HostileStream().U8(1).Name("").U8(2).Metadata().Leave().Ended(1),
            ["more data than announced"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(1).U32(2).U64(0).Raw("xx"u8).U32(0).Leave().Ended(2, 2),
            ["data beyond the end"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(10).U32(1).U64(10).Raw("x"u8).U32(0).Leave().Ended(2, 1),
            ["data that goes back"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(10).U32(5).U64(0).Raw("xxxxx"u8).U32(1).U64(4).Raw("x"u8).U32(0).Leave().Ended(2, 6),
            ["offset overflow"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(10).U32(1).U64(ulong.MaxValue).Raw("x"u8).U32(0).Leave().Ended(2, 1),
            ["negative size"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(ulong.MaxValue).U32(0).Leave().Ended(2),
            ["a node that is a file"] = new HostileStream().Root().U8(5).Name("n").Metadata().U16(0x8000).U32(0).U32(0).Leave().Ended(2),
            ["a node that is a directory"] = new HostileStream().Root().U8(5).Name("n").Metadata().U16(0x4000).U32(0).U32(0).Leave().Ended(2),
            ["an impossible device"] = new HostileStream().Root().U8(5).Name("n").Metadata().U16(0x2000).U32(0x1000).U32(0).Leave().Ended(2),
            ["an empty symbolic link"] = new HostileStream().Root().Symlink("l", "").Leave().Ended(2),
            ["a symbolic link too long"] = new HostileStream().Root().Symlink("l", new string('x', 4096)).Leave().Ended(2),
            ["a symbolic link with NUL"] = new HostileStream().Root().Symlink("l", "a\0b").Leave().Ended(2),
            ["a link path too long"] = new HostileStream().Root().U8(6).Name("l").U32(uint.MaxValue).Unended(),
            ["a link to nothing"] = new HostileStream().Root().HardLink("l", "missing/file").Leave().Ended(2),
            ["xattr too large"] = new HostileStream().Root().U8(3).Name("f").Metadata(xattrs: 1).Name("user.x").U32(65537).Unended(),
            ["xattr without name"] = new HostileStream().Root().U8(3).Name("f").Metadata(xattrs: 1).U8(0).U32(0).Unended(),
            ["xattr of an unknown namespace"] = new HostileStream().Root().U8(3).Name("f").Metadata(xattrs: 1).Name("bogus.x").U32(0).U64(0).U32(0).Leave().Ended(2),
            ["a hole in a new file"] = new HostileStream().Root().U8(3).Name("f").Metadata().U64(10).Hole(0, 5).U32(0).Leave().Ended(2),
            ["a patch of nothing"] = new HostileStream().Root().Patch("f", 1, 1).U32(0).Leave().Ended(2),
            ["a patch of a symbolic link"] = new HostileStream().Root().Patch("file", 6, 6).Segment(0, "x").U32(0).Leave().Ended(2, 1),
            ["a patch of a directory"] = new HostileStream().Root().Patch("real", 1, 1).Segment(0, "x").U32(0).Leave().Ended(2, 1),
            ["a patch of a device"] = new HostileStream().Root().U8(5).Name("n").Metadata().U16(0x2000).U32(1).U32(3).Patch("n", 0, 0).Segment(0, "x").U32(0).Leave().Ended(3, 1),
            ["a patch of a file of another size"] = new HostileStream().Root().File("f", "xx").HardLink("g", "f").Patch("f", 1, 1).U32(0).Leave().Ended(4, 2),
            ["a patch of a file of another time"] = new HostileStream().Root().File("f", "xx").HardLink("g", "f").Patch("f", 2, 2, 100).U32(0).Leave().Ended(4, 2),
            ["a patch of a file of an impossible time"] = new HostileStream().Root().File("f", "xx").HardLink("g", "f").Patch("f", 2, 2, 1UL << 63).U32(0).Leave().Ended(4, 2),
            ["a patch beyond the end"] = new HostileStream().Root().File("f", "xx").Patch("f", 2, 2).Segment(2, "x").U32(0).Leave().Ended(3, 3),
            ["a hole beyond the end"] = new HostileStream().Root().File("f", "xx").Patch("f", 2, 2).Hole(1, 2).U32(0).Leave().Ended(3, 2),
            ["an empty hole"] = new HostileStream().Root().File("f", "xx").Patch("f", 2, 2).Hole(1, 0).U32(0).Leave().Ended(3, 2),
            ["a patch that goes back"] = new HostileStream().Root().File("f", "xx").Patch("f", 2, 2).Segment(1, "x").Hole(0, 1).U32(0).Leave().Ended(3, 3),
            ["a block after the last"] = new([.. new HostileStream().Root().Leave().Unended().ToArray().Select((b, i) => i == 3 ? (byte)0x80 : b), .. new HostileStream().Root().Leave().Ended(1).ToArray()]),
            ["wrong totals"] = new HostileStream().Root().Leave().Ended(2),
            ["a block of no length"] = HostileStream.Blocks([]),
            ["a block too long"] = new([0, 0, 0x11, 0, .. new byte[100]]),
            ["a block of negative length"] = new([0, 0, 0, 0x80]),
            ["an end in the middle of a block"] = new HostileStream().Root().Leave().U8(8).U64(1).U64(0).U64(0).Unended(),
        };
        var damaged = new HostileStream().Root().Leave().Ended(1).ToArray();
        damaged[^1] ^= 1;
        bad["a wrong checksum"] = new MemoryStream(damaged);

        foreach (var (why, stream) in bad)
            ShouldRefuse(stream, why);
    }

    [Fact]
    public void A_right_patch_is_written()
    {
        Receive(new HostileStream().Root().File("f", "abcdef").HardLink("g", "f").Leave().Ended(3, 6));
        Receive(new HostileStream().Root().Patch("f", 8, 6).Segment(1, "X").Hole(4, 1).Segment(7, "Y").U32(0).Leave().Ended(2, 2));
        File.ReadAllText(Path.Combine(Target, "g")).Should().Be("aXcd\0f\0Y");
    }

    [Fact]
    public void A_single_file_target_takes_nothing_but_one_file()
    {
        foreach (var stream in new[]
        {
            new HostileStream().Root().File("x", "x").Leave().Ended(2, 1),
            new HostileStream(flags: 2).Root().Directory("x").Leave().Leave().Ended(2),
            new HostileStream(flags: 2).Root().HardLink("x", "file").Leave().Ended(2),
        })
        {
            using var root = TreeRoot.OpenFile(Path.Combine(Target, "single"), "the file");
            var receive = () => TreeReceiver.Receive(stream, root);
            receive.Should().Throw<TreeException>();
        }

        File.Exists(Path.Combine(Target, "single")).Should().BeFalse();
    }

    [Fact]
    public void Mutated_real_streams_never_touch_anything_outside() => ReceiveMutants(4_000);

    [Fact, Trait("Length", "Long")]
    public void Very_many_mutated_real_streams_never_touch_anything_outside() => ReceiveMutants(100_000);

    public void Dispose() => _scratch.Dispose();

    private void ReceiveMutants(int count)
    {
        var seeds = RealStreams();
        var random = new Random(20240607);
        for (var i = 0; i < count; i++)
        {
            var mutant = Mutate(seeds[random.Next(seeds.Count)], random);
            using var root = TreeRoot.OpenDirectory(Target, "the target");
            try
            {
                TreeReceiver.Receive(new MemoryStream(mutant), root);
            }
            catch (TreeException e)
            {
                e.Message.Should().EndWith(".");
            }

            if (i % 50 == 0)
            {
                Outside().Should().Equal(_outside);
                TreeRemover.Clear(root.Directory, out _).Should().Be(Errno.None);
                _scratch.Shell("cd outside/target; ln -s .. up; ln -s ../canary dir; ln -s ../file t; ln -s .. a; ln -s ../canary d; ln -s ../file f; cp -p ../../patched-base patched");
            }
        }

        Outside().Should().Equal(_outside);
    }

    /// <summary>First passes over trees of every kind, and passes over what changed in them.</summary>
    private List<byte[]> RealStreams()
    {
        // Larger ones have nothing that these have not, and would take the time from them.
        const int Most = 128 * 1024;
        var seeds = new List<byte[]>();
        foreach (var script in NastyTrees.All.Values.Append("mkdir -p t/u; ln -s ../../.. t/up; echo some content > t/u/f; mkfifo t/p; setfattr -n user.x -v y t/u; truncate -s 100000 t/u/hole; echo end >> t/u/hole; head -c 1050000 /dev/urandom > patched; cp patched ../patched-base"))
        {
            _scratch.Shell($"cd source\n{script.Replace("../outside", "../another", StringComparison.Ordinal)}");
            using var source = PlainTree.Open(_scratch.Source, "the source");
            var sender = new TreeSender(source);
            foreach (var pass in new[] { Pass.Live, Pass.Final })
            {
                using var stream = new MemoryStream();
                sender.Send(stream, pass);
                if (stream.Length <= Most)
                    seeds.Add(stream.ToArray());
                _scratch.Shell("cd source; chattr -R -f -i -a . || true; rm -rf t/p; mkdir -p t/u; [[ ! -e patched ]] || dd if=/dev/urandom of=patched bs=1 count=100 seek=9000 conv=notrunc status=none; echo x > t/new; ln -f t/new t/u/new; find . -type f -size -100k -print0 | head -z -n 5 | xargs -0 -r sh -c 'for f; do echo more >> \"$f\"; done' sh");
                Scratch.Settle();
            }

            _scratch.Shell("chattr -R -f -i -a source || true; rm -rf source another; mkdir source");
        }

        seeds.Should().HaveCountGreaterThan(NastyTrees.All.Count);
        return seeds;
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed.ToList();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            // Past the first block's length, which would end the play at once.
            var at = random.Next(4, bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = random.Next(4) switch { 0 => 0, 1 => (byte)'/', 2 => (byte)'.', _ => 0xFF };
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(10);
                    break;
                case 4:
                    var length = Math.Min(random.Next(1, 60), bytes.Count - at);
                    bytes.InsertRange(random.Next(4, bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at - 1));
                    break;
            }
        }

        // The first block takes all, so that what was moved still makes sense.
        BitConverter.TryWriteBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes), random.Next(3) == 0 ? BitConverter.ToInt32(seed) : bytes.Count - 4);
        return [.. bytes];
    }

    private void Receive(MemoryStream stream)
    {
        using var root = TreeRoot.OpenDirectory(Target, "the target");
        TreeReceiver.Receive(stream, root);
    }

    private void ShouldRefuse(MemoryStream stream, string because = "")
    {
        var receive = () => Receive(stream);
        receive.Should().Throw<TreeException>(because).Which.Message.Should().EndWith(".");
        Outside().Should().Equal(_outside, because);
    }

    /// <summary>All around the target, whose own times may change.</summary>
    private List<string> Outside() =>
        [.. TreeManifest.Describe(Path.Combine(_scratch.Root, "outside"), ManifestOptions.None).Where(line => !line.StartsWith("target", StringComparison.Ordinal))];
}
