using CsCheck;
using DockerMigrator.Criu.Images;

namespace DockerMigrator.Tests.Criu.Images;

public sealed class SharedMemoryImagesTests
{
    // Of CRIU 4.2: two pieces of anonymous memory, and two System V segments.
    private static readonly string Recorded = Path.Combine(AppContext.BaseDirectory, "Criu/Images/Recorded");

    [Fact]
    public void Anonymous_memory_is_told_by_its_inode() =>
        SharedMemoryImages.ParseMemfds(Read("memfd.img")).Should().Equal((22292, 4096), (22291, 4096));

    [Fact]
    public void A_System_V_segment_is_told_by_its_ID() =>
        SharedMemoryImages.ParseSystemV(Read("ipcns-shm-11.img")).Should().Equal((0, (8 << 20) - 96), (1, 2 << 20));

    [Fact]
    public void An_ID_is_looked_for_in_both()
    {
        SharedMemoryImages.FindSize(Recorded, 22291).Should().Be(4096);
        SharedMemoryImages.FindSize(Recorded, 1).Should().Be(2 << 20);
        SharedMemoryImages.FindSize(Recorded, 2).Should().BeNull();
    }

    [Theory]
    [InlineData("memfd.img")]
    [InlineData("ipcns-shm-11.img")]
    public void A_torn_image_is_none(string name)
    {
        var whole = Read(name);
        // Between two records it is not torn.
        Gen.Int[0, whole.Length - 1].Where(length => length != 8 && length != ((whole.Length - 8) / 2) + 8).Sample(length =>
        {
            var parse = () => name == "memfd.img" ? SharedMemoryImages.ParseMemfds(whole.AsMemory(0, length)) : SharedMemoryImages.ParseSystemV(whole.AsMemory(0, length));
            parse.Should().Throw<InvalidDataException>();
        });
    }

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Recorded, name));
}
