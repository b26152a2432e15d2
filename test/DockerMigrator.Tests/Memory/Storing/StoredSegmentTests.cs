using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Tests.Memory.Storing;

public sealed class StoredSegmentTests : IDisposable
{
    private const ulong Page = PageRange.PageSize;

    private readonly string _directory = Directory.CreateDirectory($"/dev/shm/stored-segment-{Guid.NewGuid():N}").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Packed_it_holds_the_wanted_pages_and_no_others() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var random = new Random(seed);
        using var segment = StoredSegment.Create(_directory, (uint)seed);
        var model = new Dictionary<ulong, byte>();
        for (var step = 0; step < 60; step++)
        {
            // In blocks that are far from each other, as well.
            var first = (ulong)(random.Next(100) + (random.Next(2) * 100_000));
            var count = random.Next(1, 20);
            var value = (byte)random.Next(0, 4);
            if (value == 0)
                segment.WriteZero(first * Page, (ulong)count * Page);
            else
                segment.Write(first * Page, Filled(count, value));
            for (var i = 0; i < count; i++)
                model[first + (ulong)i] = value;
        }

        var wanted = new List<PageRange>();
        foreach (var page in model.Keys.Order().Where(_ => random.Next(3) > 0 || seed % 2 == 0))
            PageRanges.Append(wanted, new PageRange(page * Page, (page + 1) * Page));
        var runs = segment.Pack(wanted);
        var path = Path.Combine(_directory, "pages");
        segment.MoveTo(path);

        var content = File.ReadAllBytes(path);
        var offset = 0;
        var held = new List<ulong>();
        foreach (var run in runs)
        {
            for (var address = run.Start; address < run.End; address += Page, offset += (int)Page)
            {
                held.Add(address / Page);
                content.AsSpan(offset, (int)Page).ContainsAnyExcept(model[address / Page]).Should().BeFalse();
            }
        }

        offset.Should().Be(content.Length);
        held.Order().Should().Equal(wanted.SelectMany(range => Enumerable.Range((int)(range.Start / Page), (int)range.Pages)).Select(page => (ulong)page).Where(page => model[page] != 0));
    }, iter: 60, threads: 1);

    [Fact]
    public void Writers_of_different_pages_do_not_disturb_each_other()
    {
        using var segment = StoredSegment.Create(_directory, 1);
        Parallel.For(0, 500, batch => segment.Write((ulong)(batch * 4) * Page, Filled(4, (byte)(1 + (batch % 200)))));

        var runs = segment.Pack([new PageRange(0, 2000 * Page)]);
        var path = Path.Combine(_directory, "pages");
        segment.MoveTo(path);

        var content = File.ReadAllBytes(path);
        content.Length.Should().Be(2000 * (int)Page);
        var offset = 0;
        foreach (var address in runs.SelectMany(run => Enumerable.Range((int)(run.Start / Page), (int)run.Pages)))
        {
            content.AsSpan(offset, (int)Page).ContainsAnyExcept((byte)(1 + (address / 4 % 200))).Should().BeFalse();
            offset += (int)Page;
        }
    }

    [Fact]
    public void Zeros_take_no_room()
    {
        using var segment = StoredSegment.Create(_directory, 1);

        segment.WriteZero(0, 1UL << 40);
        segment.WriteZero(0, Page);

        segment.Pack([new PageRange(0, 1UL << 40)]).Should().BeEmpty();
        segment.Received.FindMissing(new PageRange(0, 1UL << 30)).Should().BeNull();
    }

    private static byte[] Filled(int pages, byte value)
    {
        var bytes = new byte[pages * (int)Page];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
