using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Text;
using CsCheck;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync;

/// <summary>Passes that look only where the kernel told of something. Not while other tests mount overlays, about which it is in doubt.</summary>
[Collection(Alone)]
[CollectionDefinition(Alone, DisableParallelization = true)]
public sealed class WatchedPassTests : IDisposable
{
    private const string Alone = "watched passes";

    private readonly Scratch _scratch = Scratch.OnDisk();
    private TreeSender? _sender;
    private PlainTree? _source;

    // A file system of its own, so that nobody else's doings on the same file system count.
    public WatchedPassTests() => _scratch.Shell("mount -t tmpfs -o size=256m none .; cd \"$PWD\"; mkdir source target");

    [Fact]
    public void Nothing_is_looked_at_if_nothing_happened()
    {
        Prepare();
        Next("true").Should().Be(0);
    }

    [Theory]
    [InlineData("changed content", "echo more >> 3/5/7", 10)]
    [InlineData("a new file in the root", "echo new > new", 12)]
    [InlineData("changed permissions", "chmod 600 3/5/7", 10)]
    [InlineData("a new attribute of a directory", "setfattr -n user.x -v 1 3/5", 10)]
    [InlineData("a renamed file", "mv 3/5/7 3/6/x", 21)]
    [InlineData("a removed directory", "rm -r 3/5", 9)]
    [InlineData("a new directory", "mkdir -p 3/new/deep; echo x > 3/new/deep/x; echo y > 3/new/y", 14)]
    [InlineData("a directory made anew without what it had", "rm -r 3; mkdir -p 3/5", 30)]
    public void Only_where_something_happened_is_looked(string what, string change, int most)
    {
        Prepare();

        Next(change).Should().BeLessThanOrEqualTo(most, what);

        _scratch.ShouldBeSame();
    }

    [Theory]
    [InlineData("a directory moved", "mv 3/5 4/x")]
    [InlineData("directories exchanged", "mv 3/5 x; mv 4/5 3/5; mv x 4/5")]
    [InlineData("a directory moved out and another in", "mv 3/5 ../outside; mkdir ../other; echo x > ../other/x; mv ../other 3/5")]
    [InlineData("a directory moved in with what it had before", "mkdir -p ../other/a/b; echo x > ../other/a/b/x; mv ../other 3/new")]
    [InlineData("a hard link", "ln 3/5/7 8/8/link")]
    [InlineData("a hard link and a change under its name", "ln 3/5/7 8/8/link; echo more >> 8/8/link")]
    [InlineData("a change through the other of two names", "echo more >> linked")]
    [InlineData("the other of two names removed and the first changed", "rm linked; echo more >> 9/9/9")]
    [InlineData("a change in a hard-linked tree that is moved in", "mkdir ../other; ln 3/5/7 ../other/l; mv ../other 8/other")]
    [InlineData("writes to an overlay whose upper directory is in the tree", "mkdir ../l ../m; mkdir -p 3/upper 3/work; mount -t overlay none -o lowerdir=$PWD/../l,upperdir=$PWD/3/upper,workdir=$PWD/3/work ../m; echo x > ../m/x; sync; echo y > ../m/x")]
    public void What_cannot_be_told_from_events_is_seen_as_well(string what, string change)
    {
        Prepare();

        Next(change);

        what.Should().NotBeEmpty();
        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void Writes_through_an_overlay_that_was_there_before_are_seen()
    {
        _scratch.Shell("mkdir l m source/upper source/work; mount -t overlay none -o lowerdir=$PWD/l,upperdir=$PWD/source/upper,workdir=$PWD/source/work m; echo x > m/x");
        Prepare();

        Next("exec 3<>../m/x; echo changed >&3");

        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void Writes_to_a_loop_device_whose_content_is_a_file_of_the_tree_are_seen()
    {
        Unmount();
        _scratch.Shell("cd source; truncate -s 1M image");
        var device = _scratch.Shell("losetup --find --show source/image || true").Trim();
        Assert.SkipUnless(device.StartsWith("/dev/loop", StringComparison.Ordinal), "This machine has no loop devices.");
        try
        {
            Prepare();

            Next($"echo changed | dd of={device} conv=notrunc oflag=sync status=none").Should().BeGreaterThan(1000);

            _scratch.ShouldBeSame(ManifestOptions.None);
        }
        finally
        {
            _scratch.Shell($"losetup --detach {device}");
        }
    }

    [Fact]
    public void Stores_through_a_mapping_are_seen_though_the_file_is_closed()
    {
        // In memory, no time tells of a store through a mapping.
        Unmount();
        Prepare();
        using var mapping = MemoryMappedFile.CreateFromFile(Path.Combine(_scratch.Source, "3/5/7"), FileMode.Open, null, 10000);
        using var view = mapping.CreateViewAccessor();
        _scratch.Copy(_sender!);
        for (var i = 0; i < 3; i++)
        {
            view.Write(5000 + i, (byte)i);
            _scratch.Copy(_sender!);
        }

        view.Write(6000, (byte)1);
        _scratch.Copy(_sender!, Pass.Final);
        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void Stores_through_a_mapping_that_is_gone_are_seen_while_the_file_is_open()
    {
        Unmount();
        Prepare();
        // Nobody is told before the last of those who have it open closes it, and that may be a child that knows nothing of it.
        using var file = File.OpenHandle(Path.Combine(_scratch.Source, "3/5/7"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, 10000);
        _scratch.Copy(_sender!);
        Scratch.Settle();
        _scratch.Copy(_sender!);
        using (var mapping = MemoryMappedFile.CreateFromFile(file, null, 10000, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true))
        using (var view = mapping.CreateViewAccessor())
            view.Write(5000, (byte)1);

        _scratch.Copy(_sender!, Pass.Final).Entries.Should().BePositive();

        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void Around_a_file_that_is_open_or_mapped_is_looked_and_nowhere_else()
    {
        Unmount();
        Prepare();
        using var open = File.OpenHandle(Path.Combine(_scratch.Source, "3/5/7"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        using var mapping = MemoryMappedFile.CreateFromFile(Path.Combine(_scratch.Source, "4/6/8"), FileMode.Open);
        using var view = mapping.CreateViewAccessor();

        Next("true").Should().BeInRange(20, 500);

        _scratch.ShouldBeSame();
    }

    [Fact]
    public void Stores_through_a_mapping_that_nobody_may_write_to_any_more_are_seen()
    {
        Unmount();
        Prepare();
        // At a low address, of which the kernel has two spellings; the file is closed, and the mapping barred.
        _scratch.Shell("""
            cat > store.c <<'E'
            #include <fcntl.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <unistd.h>
            int main(void)
            {
                int file = open("source/3/5/7", O_RDWR);
                char *at = mmap((void *)0x8000000, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
                close(file);
                getchar();
                strcpy(at, "stored");
                mprotect(at, 4096, PROT_NONE);
                puts("stored");
                fflush(stdout);
                pause();
            }
            E
            cc -o store store.c
            """);
        using var program = Process.Start(new ProcessStartInfo(Path.Combine(_scratch.Root, "store")) { WorkingDirectory = _scratch.Root, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            _scratch.Copy(_sender!);
            Scratch.Settle();
            _scratch.Copy(_sender!);
            program.StandardInput.WriteLine();
            program.StandardOutput.ReadLine().Should().Be("stored");

            _scratch.Copy(_sender!, Pass.Final).Entries.Should().BePositive();

            _scratch.ShouldBeSame(ManifestOptions.None);
        }
        finally
        {
            program.Kill();
            program.WaitForExit();
        }
    }

    [Fact]
    public void In_memory_where_no_time_tells_of_them_stores_are_seen_all_the_same()
    {
        Prepare();
        using var mapping = MemoryMappedFile.CreateFromFile(Path.Combine(_scratch.Source, "3/5/7"), FileMode.Open);
        using var view = mapping.CreateViewAccessor();
        view.ReadByte(0);
        view.Write(0, (byte)1);
        _scratch.Copy(_sender!);
        Scratch.Settle();
        _scratch.Copy(_sender!);
        view.Write(0, (byte)2);

        _scratch.Copy(_sender!, Pass.Final);

        _scratch.ShouldBeSame(ManifestOptions.None);
    }

    [Fact]
    public void A_small_tree_is_walked_in_the_end_whatever_was_told()
    {
        Prepare(looksEverywhereUpTo: 10_000);

        Next("echo more >> 3/5/7").Should().BeGreaterThan(1000);

        _scratch.ShouldBeSame();
    }

    [Fact]
    public void More_events_than_the_kernel_keeps_make_a_pass_look_at_everything()
    {
        Prepare();

        Next("seq 1 20000 | (cd 3; xargs touch); cd 3; rm [1-9]??*").Should().BeGreaterThan(900);

        _scratch.ShouldBeSame();
    }

    [Fact]
    public void Whatever_is_done_between_passes_both_trees_are_the_same_in_the_end()
    {
        Gen.Select(RandomTree.Operation, Gen.Int[0, 7]).Array[1, 60].Sample(
            steps =>
            {
                using var scratch = Scratch.InMemory();
                FileCalls.Open(Encoding.UTF8.GetBytes(scratch.Source), OpenFlags.Directory, out var root).Should().Be(Errno.None);
                using (root)
                {
                    using var source = PlainTree.Open(scratch.Source, "the source");
                    var sender = new TreeSender(source);
                    scratch.Copy(sender);
                    source.Watch.Should().NotBeNull();
                    foreach (var (operation, then) in steps)
                    {
                        RandomTree.Apply(root, operation);
                        if (then == 0)
                            scratch.Copy(sender);
                    }

                    scratch.Copy(sender, Pass.Final);
                    scratch.ShouldBeSame(ManifestOptions.None);
                }
            },
            iter: 40);
    }

    [Fact]
    public void Whatever_is_done_during_passes_both_trees_are_the_same_in_the_end()
    {
        Unmount();
        Prepare();
        using var stop = new CancellationTokenSource();
        var churn = new Thread(() => Churn(_scratch.Source, stop.Token));
        churn.Start();
        try
        {
            for (var i = 0; i < 40; i++)
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
        Unmount();
        _scratch.Dispose();
    }

    private static void Churn(string root, CancellationToken stop)
    {
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            var directory = Path.Combine(root, $"{random.Next(10)}", $"{random.Next(3)}");
            var path = Path.Combine(directory, $"{random.Next(10)}");
            var other = Path.Combine(root, $"{random.Next(10)}", $"{random.Next(3)}", $"{random.Next(10)}");
            try
            {
                switch (random.Next(11))
                {
                    case 0:
                        File.WriteAllBytes(path, new byte[random.Next(30000)]);
                        break;
                    case 1:
                        File.AppendAllText(path, "more");
                        break;
                    case 2:
                        File.Delete(path);
                        break;
                    case 3:
                        File.Move(path, other, overwrite: true);
                        break;
                    case 4:
                        File.SetUnixFileMode(path, (UnixFileMode)random.Next(512));
                        break;
                    case 5:
                        using (var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 40000))
                        using (var view = map.CreateViewAccessor())
                        {
                            for (var i = 0; i < 20; i++)
                            {
                                view.Write(random.Next(40000), (byte)i);
                                Thread.Sleep(random.Next(3));
                            }
                        }

                        break;
                    case 6:
                        using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
                            RandomAccess.SetLength(file, random.Next(20000));
                        break;
                    case 7:
                        Directory.CreateDirectory(Path.Combine(directory, "d", "e"));
                        File.WriteAllText(Path.Combine(directory, "d", "e", "f"), "x");
                        break;
                    case 8:
                        Directory.Delete(Path.Combine(directory, "d"), recursive: true);
                        break;
                    case 9:
                        Directory.Move(Path.Combine(directory, "d"), other + "d");
                        break;
                    default:
                        File.CreateSymbolicLink(path, other);
                        break;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Whatever does not work on what is there just now.
            }
        }
    }

    private void Unmount() => _scratch.Shell("root=$PWD; cd /; umount -R -l \"$root\" || true");

    // 1,000 files in 110 directories.
    private void Prepare(long looksEverywhereUpTo = 0)
    {
        _scratch.Shell("cd source; mkdir -p {0..9}/{0..9}; for d in [0-9]/[0-9]; do for f in {0..9}; do echo $d/$f > $d/$f; done; done; ln 9/9/9 linked; sync -f .");
        Scratch.Settle();
        _source = PlainTree.Open(_scratch.Source, "the source");
        _sender = new TreeSender(_source) { LooksEverywhereUpTo = looksEverywhereUpTo };
        _scratch.Copy(_sender);
        _sender.Examined.Should().BeGreaterThan(1000);
        _source.Watch.Should().NotBeNull();
    }

    /// <summary>How many names the pass over a change looked at.</summary>
    private long Next(string change)
    {
        _scratch.Shell("cd source\n" + change);
        _scratch.Copy(_sender!, Pass.Final);
        return _sender!.Examined;
    }
}
