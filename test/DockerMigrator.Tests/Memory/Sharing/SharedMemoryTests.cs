using System.Diagnostics;
using CsCheck;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Storing;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.Memory.Sharing;

public sealed class SharedMemoryTests : IDisposable
{
    private const int Page = PageRange.PageSize;
    private const int Pages = 200;

    private readonly string _directory = Directory.CreateDirectory($"/dev/shm/shared-memory-{Guid.NewGuid():N}").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // The test's own process is the container.
    private static ContainerTasks Tasks =>
        new(Environment.ProcessId, [new ContainerProcess(ProcessStatus.Read(Environment.ProcessId)!, [Environment.ProcessId], IsForeign: false)]);

    [Fact]
    public void What_was_sent_is_in_the_end_what_the_segment_holds_however_it_was_written() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var random = new Random(seed);
            using var file = new SharedFile((Pages * Page) - random.Next(Page));
            using var shared = new SharedMemory();
            using var store = new PageStore(Directory.CreateDirectory(Path.Combine(_directory, $"{seed}")).FullName);
            for (var round = 0; round < 5; round++)
            {
                Change(file, random);
                var pages = Mine(shared.ScanAsync(Tasks, CancellationToken.None).Result, file);
                Change(file, random);
                // Not every round is sent.
                if (random.Next(4) > 0)
                    Send(pages, shared, store);
            }

            var frozen = shared.ScanFrozenAsync(Tasks, CancellationToken.None).Result;
            Send(Mine(frozen.Dirty, file), shared, store);
            var layout = frozen.Layouts.Single(layout => layout.Id == InodeOf(file));
            store.Finish([], [layout]);
            var stored = store.TakeSegment(layout.Space)!;
            var runs = stored.Pack(layout.Present);
            var path = Path.Combine(_directory, $"{seed}", "pages");
            stored.MoveTo(path);

            var restored = new byte[Pages * Page];
            using var content = File.OpenRead(path);
            foreach (var run in runs)
                content.ReadExactly(restored.AsSpan((int)run.Start, (int)run.Bytes));
            content.Position.Should().Be(content.Length);
            unsafe
            {
                restored.AsSpan().SequenceEqual(new ReadOnlySpan<byte>(file.Start, restored.Length)).Should().BeTrue();
            }
        },
        iter: 30,
        threads: 1);

    [Fact]
    public async Task A_segment_that_does_not_change_is_sent_once()
    {
        using var file = new SharedFile(Pages * Page);
        using var shared = new SharedMemory();
        using var store = new PageStore(_directory);
        file.Write(0, new byte[50 * Page]);
        file.Touch(100 * Page, 3);

        var first = Mine(await shared.ScanAsync(Tasks, CancellationToken.None), file);
        Send(first, shared, store);

        first.Sum(pages => PageRanges.Pages(pages.Ranges)).Should().Be(51);
        Mine(await shared.ScanAsync(Tasks, CancellationToken.None), file).Should().BeEmpty();
        file.Touch(7 * Page, 1);
        Mine(await shared.ScanAsync(Tasks, CancellationToken.None), file).Should().ContainSingle().Which.Ranges.Should().Equal(new PageRange(7 * Page, 8 * Page));
    }

    [Fact]
    public async Task What_no_scan_has_found_is_left_to_CRIU()
    {
        using var shared = new SharedMemory();
        await shared.ScanAsync(Tasks, CancellationToken.None);
        using var file = new SharedFile(Page);

        var frozen = await shared.ScanFrozenAsync(Tasks, CancellationToken.None);

        frozen.Layouts.Should().NotContain(layout => layout.Id == InodeOf(file));
        shared.Hidden.Should().NotContain(segment => segment.Inode == InodeOf(file));
        await shared.ScanAsync(Tasks, CancellationToken.None);
        shared.Hidden.Should().Contain(segment => segment.Inode == InodeOf(file));
    }

    [Fact]
    public async Task A_segment_that_is_only_open_is_found_too_and_forgotten_when_it_is_gone()
    {
        using var file = AnonymousFile.Create("only-open", new byte[Page]);
        using var segment = SharedSegment.TryOpen(file.Path)!;
        using var shared = new SharedMemory();
        using var holder = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec 9<>{file.Path}; echo open; read"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await holder.StandardOutput.ReadLineAsync();
        var tasks = new ContainerTasks(holder.Id, [new ContainerProcess(ProcessStatus.Read(holder.Id)!, [holder.Id], IsForeign: false)]);

        SharedMemory.Measure(tasks).Should().Be(Page);
        (await shared.ScanAsync(tasks, CancellationToken.None)).Should().ContainSingle().Which.Segment!.Inode.Should().Be(segment.Inode);
        shared.Hidden.Should().Equal(segment.ToHide);
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();

        (await shared.ScanAsync(tasks, CancellationToken.None)).Should().BeEmpty();
        shared.Hidden.Should().BeEmpty();
    }

    private static void Change(SharedFile file, Random random)
    {
        for (var change = random.Next(10); change > 0; change--)
        {
            var first = random.Next(Pages - 10);
            var content = new byte[random.Next(1, 9) * Page];
            switch (random.Next(4))
            {
                case 0:
                    file.PunchHole(first * Page, content.Length);
                    break;
                case 1:
                    file.Write(first * Page, content);
                    break;
                case 2:
                    random.NextBytes(content);
                    file.Write(first * Page, content);
                    break;
                default:
                    // Now and then behind the end, in the last page.
                    file.Touch(random.Next(3) == 0 ? (Pages * Page) - 1 : first * Page, (byte)random.Next(256));
                    break;
            }
        }
    }

    private static List<PagesToSend> Mine(IEnumerable<PagesToSend> pages, SharedFile file)
    {
        var inode = InodeOf(file);
        return [.. pages.Where(pages => pages.Segment!.Inode == inode)];
    }

    private static ulong InodeOf(SharedFile file)
    {
        using var segment = SharedSegment.TryOpen(file.Path);
        return segment!.Inode;
    }

    private static void Send(IEnumerable<PagesToSend> all, SharedMemory shared, PageStore store)
    {
        var buffer = new byte[7 * Page];
        foreach (var pages in all)
        {
            using var reader = new PageReader(pages, isFrozen: false, shared);
            while (reader.ReadNext(buffer))
            {
                var offset = 0;
                foreach (var range in reader.Ranges)
                {
                    for (var page = range.Start; page < range.End; page += Page, offset += Page)
                    {
                        if (buffer.AsSpan(offset, Page).ContainsAnyExcept((byte)0))
                            store.Write(pages.Space, page, buffer.AsSpan(offset, Page));
                        else
                            store.WriteZero(pages.Space, page, 1);
                    }
                }
            }
        }
    }
}
