using CsCheck;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Streaming;

namespace DockerMigrator.Tests.Memory.Streaming;

public sealed class PageStreamTests
{
    private const int Page = PageRange.PageSize;

    // Which pages are there, and whether each is zero.
    private static readonly Gen<(uint Space, ulong First, bool[] Zero)[]> Rounds =
        Gen.Select(Gen.UInt[1, 3], Gen.ULong[0, 1UL << 40], Gen.Bool.Array[1, 20]).Array[0, 10];

    [Theory]
    [InlineData(PageCompression.None)]
    [InlineData(PageCompression.Auto)]
    [InlineData(PageCompression.Zstd)]
    public void Pages_arrive_as_they_were_and_zeros_cost_next_to_nothing(PageCompression compression) => Rounds.Sample(rounds =>
    {
        var expected = new Dictionary<(uint, ulong), byte[]>();
        var stream = new MemoryStream();
        using var writer = new PageStreamWriter(stream, compression);
        var random = new Random(7);
        foreach (var (space, first, zero) in rounds)
        {
            var pages = new byte[zero.Length * Page];
            for (var i = 0; i < zero.Length; i++)
            {
                if (!zero[i])
                    random.NextBytes(pages.AsSpan(i * Page, i % 2 == 0 ? Page : 64));
                expected[(space, (first * Page) + (ulong)(i * Page))] = pages[(i * Page)..((i + 1) * Page)];
            }

            writer.Write(space, first * Page, pages);
        }

        writer.Complete();
        stream.Length.Should().Be(writer.Bytes);
        stream.Length.Should().BeLessThanOrEqualTo((writer.Pages * Page) + (32 * (1 + rounds.Sum(round => round.Zero.Length))));
        stream.WriteByte(42);
        stream.Position = 0;
        var sink = new Sink();

        var received = PageStreamReader.Read(stream, sink);

        stream.ReadByte().Should().Be(42, "not a byte behind the end is read");
        received.Pages.Should().Be(writer.Pages + writer.ZeroPages);
        sink.Pages.Should().HaveCount(expected.Count);
        foreach (var (key, page) in expected)
            sink.Pages[key].AsSpan().SequenceEqual(page).Should().BeTrue();
    });

    [Fact]
    public void Compressible_pages_become_smaller()
    {
        var stream = new MemoryStream();
        using var writer = new PageStreamWriter(stream, PageCompression.Zstd);

        writer.Write(1, 0, [.. Enumerable.Range(0, 64 * Page).Select(i => (byte)(i / 100))]);

        writer.Bytes.Should().BeLessThan(64 * Page / 4);
    }

    [Fact]
    public void Layouts_arrive_also_empty_ones()
    {
        var many = Enumerable.Range(0, 200_000).Select(i => new PageRange((ulong)i * 2 * Page, (((ulong)i * 2) + 1) * Page)).ToList();
        var stream = new MemoryStream();
        using var writer = new PageStreamWriter(stream);
        writer.WriteLayout(new SpaceLayout(5, 4711, 1, [new PageRange(0, 1UL << 40)], many));
        writer.WriteLayout(new SpaceLayout(2, 4712, 17, [], []));
        writer.WriteLayout(new SegmentLayout(SegmentLayout.FirstSpace, uint.MaxValue, many));
        writer.WriteLayout(new SegmentLayout(SegmentLayout.FirstSpace + 1, 0, []));
        writer.Complete();
        stream.Position = 0;

        var received = PageStreamReader.Read(stream, new Sink());
        var layouts = received.Layouts;

        layouts.Select(layout => (layout.Space, layout.ContainerPid)).Should().Equal((2, 17), (5, 1));
        layouts[1].Tracked.Should().Equal(new PageRange(0, 1UL << 40));
        layouts[1].Present.Should().Equal(many);
        received.Segments.Select(segment => (segment.Space, segment.Id)).Should().Equal((SegmentLayout.FirstSpace, uint.MaxValue), (SegmentLayout.FirstSpace + 1, 0));
        received.Segments[0].Present.Should().Equal(many);
        received.Segments[1].Present.Should().BeEmpty();
    }

    [Fact]
    public void A_damaged_stream_is_noticed_wherever_it_is_damaged()
    {
        var stream = new MemoryStream();
        using var writer = new PageStreamWriter(stream);
        writer.Write(1, 0x1000, new byte[Page]);
        writer.Write(1, 0x7000, [.. Enumerable.Repeat((byte)9, 2 * Page)]);
        writer.WriteLayout(new SpaceLayout(1, 1, 1, [new PageRange(0, 0x10000)], [new PageRange(0x1000, 0x2000)]));
        writer.WriteLayout(new SegmentLayout(SegmentLayout.FirstSpace, 5, [new PageRange(0x1000, 0x2000)]));
        writer.Complete();
        var whole = stream.ToArray();

        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var damaged = whole.ToArray();
            damaged[at] ^= change;
            var read = () => PageStreamReader.Read(new MemoryStream(damaged), new Sink());
            read.Should().Throw<PageStreamException>();
        });
        Gen.Int[0, whole.Length - 1].Sample(length =>
        {
            var read = () => PageStreamReader.Read(new MemoryStream(whole, 0, length), new Sink());
            read.Should().Throw<PageStreamException>();
        });
    }

    [Fact]
    public void Ranges_out_of_order_are_no_layout()
    {
        var stream = new MemoryStream();
        using var writer = new PageStreamWriter(stream);
        writer.WriteLayout(new SpaceLayout(1, 1, 1, [new PageRange(0x2000, 0x4000), new PageRange(0x3000, 0x5000)], []));
        writer.Complete();
        stream.Position = 0;

        var read = () => PageStreamReader.Read(stream, new Sink());

        read.Should().Throw<PageStreamException>();
    }

    private sealed class Sink : IPageSink
    {
        public Dictionary<(uint Space, ulong Address), byte[]> Pages { get; } = [];

        public void Write(uint space, ulong address, ReadOnlySpan<byte> pages)
        {
            for (var i = 0; i < pages.Length / Page; i++)
                Pages[(space, address + (ulong)(i * Page))] = pages.Slice(i * Page, Page).ToArray();
        }

        public void WriteZero(uint space, ulong address, long pages)
        {
            for (var i = 0; i < pages; i++)
                Pages[(space, address + (ulong)(i * Page))] = new byte[Page];
        }
    }
}
