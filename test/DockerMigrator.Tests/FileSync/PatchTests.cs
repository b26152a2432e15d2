using System.IO.MemoryMappedFiles;
using CsCheck;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync;

/// <summary>Large files, of which only what changed is sent.</summary>
public sealed class PatchTests : IDisposable
{
    private const int Block = 4096;

    private readonly Scratch _scratch = Scratch.OnDisk();
    private TreeSender? _sender;
    private PlainTree? _source;

    private string Big => Path.Combine(_scratch.Source, "big");

    [Theory]
    [InlineData("nothing but the permissions", "chmod 600 big", 0)]
    [InlineData("a byte", "printf x | dd of=big bs=1 seek=700000 conv=notrunc status=none", 1)]
    [InlineData("two blocks far from each other", "for at in 5 400; do head -c 4096 /dev/urandom | dd of=big bs=4096 seek=$at conv=notrunc status=none; done", 2)]
    [InlineData("the first and the last byte", "printf x | dd of=big bs=1 conv=notrunc status=none; printf x | dd of=big bs=1 seek=2999999 conv=notrunc status=none", 2)]
    [InlineData("something appended", "head -c 10000 /dev/urandom >> big", 4)]
    [InlineData("a cut", "truncate -s 2000001 big", 1)]
    [InlineData("a cut at the end of a block", "truncate -s 1904640 big", 0)]
    [InlineData("a cut and something appended", "truncate -s 2000001 big; head -c 1000000 /dev/urandom >> big", 246)]
    [InlineData("a hole appended", "truncate -s 9000000 big", 1)]
    [InlineData("a hole punched", "fallocate -p -o 1048576 -l 65536 big", 0)]
    [InlineData("a hole punched across blocks", "fallocate -p -o 1050000 -l 65536 big", 2)]
    [InlineData("a hole filled", "head -c 4096 /dev/urandom | dd of=big bs=4096 seek=700 conv=notrunc status=none", 1)]
    [InlineData("an earlier content appended again", "tail -c 100000 big > x; truncate -s 2900000 big; cat x >> big; rm x", 26)]
    [InlineData("a new owner and attribute, and a byte", "printf x | dd of=big bs=1 seek=700000 conv=notrunc status=none; chown 5:6 big; setfattr -n user.x -v 1 big", 1)]
    [InlineData("another file in its place", "cp big x; mv x big", 500)]
    [InlineData("a cut to something small", "truncate -s 1000 big", 1)]
    [InlineData("a second name", "ln big z; printf x | dd of=big bs=1 seek=700000 conv=notrunc status=none", 500)]
    public void The_next_pass_sends_of_a_large_file(string what, string change, int blocks)
    {
        Prepare();

        _scratch.Shell("cd source\n" + change);
        var stats = _scratch.Copy(_sender!, Pass.Final);

        what.Should().NotBeEmpty();
        stats.Bytes.Should().BeLessThanOrEqualTo(blocks == 500 ? 3_000_000 : blocks * Block);
        _scratch.ShouldBeSame();
        _scratch.Copy(_sender!, Pass.Final).Entries.Should().Be(0);
    }

    [Fact]
    public void A_file_that_something_else_changed_on_the_target_is_not_patched()
    {
        Prepare();
        _scratch.Shell("cd target; truncate -s 100 big; cd ../source; printf x | dd of=big bs=1 seek=700000 conv=notrunc status=none");

        var copy = () => _scratch.Copy(_sender!, Pass.Final);

        copy.Should().Throw<TreeException>().WithMessage("'big' in the target is not as it was written: something else has changed it meanwhile.");
    }

    [Fact]
    public void Whatever_is_done_to_a_large_file_between_passes_it_is_the_same_in_the_end()
    {
        var change = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 3_000_000], Gen.Int[1, 200_000], Gen.Int);
        Gen.Select(change, Gen.Bool).Array[1, 30].Sample(
            steps =>
            {
                using var scratch = Scratch.InMemory();
                var big = Path.Combine(scratch.Source, "big");
                File.WriteAllBytes(big, Noise(1, 2_000_000));
                using var source = PlainTree.Open(scratch.Source, "the source");
                var sender = new TreeSender(source);
                scratch.Copy(sender);
                foreach (var ((what, offset, length, seed), isPass) in steps)
                {
                    Change(big, what, offset, length, seed);
                    if (isPass)
                        scratch.Copy(sender);
                }

                scratch.Copy(sender, Pass.Final);
                scratch.ShouldBeSame(ManifestOptions.None);
            },
            iter: 40);
    }

    [Fact]
    public void A_large_file_that_is_written_and_cut_during_live_passes_is_right_after_the_final_one()
    {
        Prepare();
        using var stop = new CancellationTokenSource();
        var churn = new Thread(() =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
                Change(Big, random.Next(7), random.Next(3_000_000), random.Next(200_000) + 1, random.Next());
        });
        churn.Start();
        try
        {
            for (var i = 0; i < 20; i++)
                _scratch.Copy(_sender!);
        }
        finally
        {
            stop.Cancel();
            churn.Join();
        }

        _scratch.Copy(_sender!, Pass.Final);
        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    public void Dispose()
    {
        _source?.Dispose();
        _scratch.Dispose();
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void Change(string path, int what, int offset, int length, int seed)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        switch (what)
        {
            case 0:
                RandomAccess.SetLength(file, offset);
                break;
            case 1:
                RandomAccess.Write(file, Noise(seed, length), RandomAccess.GetLength(file));
                break;
            case 2:
                RandomAccess.Write(file, new byte[length], offset);
                break;
            case 3:
                var size = Math.Max(offset + length, RandomAccess.GetLength(file));
                using (var map = MemoryMappedFile.CreateFromFile(file, null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true))
                using (var view = map.CreateViewAccessor())
                    view.WriteArray(offset, Noise(seed, length), 0, length);
                break;
            case 4:
                RandomAccess.Write(file, Noise(seed, 10), offset);
                break;
            default:
                RandomAccess.Write(file, Noise(seed, length), offset);
                break;
        }
    }

    private void Prepare()
    {
        // 3,000,000 bytes with a hole from 2,800,000 on, but for its last 100,000.
        _scratch.Shell("cd source; head -c 2800000 /dev/urandom > big; truncate -s 2900000 big; head -c 100000 /dev/urandom >> big; sync -f .");
        Scratch.Settle();
        _source = PlainTree.Open(_scratch.Source, "the source");
        _sender = new TreeSender(_source);
        _scratch.Copy(_sender).Unsettled.Should().Be(0);
    }
}
