using DockerMigrator.Memory;
using DockerMigrator.Memory.Sharing;

namespace DockerMigrator.Tests.Memory.Sharing;

public sealed class SharedSegmentTests
{
    private const int Page = PageRange.PageSize;

    [Fact]
    public void Only_pages_that_are_there_are_found_and_reading_makes_no_others()
    {
        using var file = new SharedFile(20 * Page);
        file.Write(3 * Page, new byte[2 * Page]);
        file.Touch((10 * Page) + 5, 7);
        using var segment = SharedSegment.TryOpen(file.Path)!;
        var pages = new byte[20 * Page];

        segment.Read(0, pages).Should().Be(pages.Length);

        pages[(10 * Page) + 5].Should().Be(7);
        segment.FindData().Should().Equal(new PageRange(3 * Page, 5 * Page), new PageRange(10 * Page, 11 * Page));
    }

    [Fact]
    public void What_is_behind_the_end_in_the_last_page_belongs_to_it()
    {
        using var file = new SharedFile((2 * Page) - 100);
        file.Touch((2 * Page) - 200, 1);
        file.Touch((2 * Page) - 1, 2);
        using var segment = SharedSegment.TryOpen(file.Path)!;
        var pages = new byte[2 * Page];

        segment.FindData().Should().Equal(new PageRange(Page, 2 * Page));
        segment.Read(0, pages).Should().Be(2 * Page);

        pages[(2 * Page) - 200].Should().Be(1);
        pages[(2 * Page) - 1].Should().Be(2);
    }

    [Fact]
    public void Reading_ends_where_the_segment_does()
    {
        using var file = new SharedFile(2 * Page);
        using var segment = SharedSegment.TryOpen(file.Path)!;

        segment.Read(Page, new byte[4 * Page]).Should().Be(Page);
        segment.Read(2 * Page, new byte[Page]).Should().Be(0);
    }

    [Fact]
    public void Other_files_are_none()
    {
        var path = Path.GetTempFileName();
        var shared = $"/dev/shm/{Guid.NewGuid():N}";
        File.WriteAllText(shared, "a file of a file system that is mounted somewhere");
        SharedSegment.TryOpen(path).Should().BeNull();
        SharedSegment.TryOpen(shared).Should().BeNull();
        SharedSegment.TryOpen("/dev/null").Should().BeNull();
        SharedSegment.TryOpen("/proc/self/fd/999999").Should().BeNull();
        File.Delete(path);
        File.Delete(shared);
    }
}
