using DockerMigrator.Native.Memory;

namespace DockerMigrator.Tests.Native.Memory;

public sealed class PageMapEntryTests
{
    [Theory]
    [InlineData(0x0000_0000_0000_0000UL, false, false, 0)] // nothing
    [InlineData(0x8180_0000_0000_1234UL, true, true, 0x1234)] // present, exclusive, soft-dirty
    [InlineData(0x8100_0000_0000_1234UL, true, false, 0x1234)] // present
    [InlineData(0x4080_0000_0000_0040UL, true, true, 0)] // swapped, soft-dirty
    [InlineData(0xa180_0000_0000_1234UL, false, true, 0x1234)] // of a file
    [InlineData(0x4400_0000_0000_0000UL, false, false, 0)] // guard
    [InlineData(0x0080_0000_0000_0000UL, false, true, 0)] // nothing, in a new mapping
    public void Bits_are_told_apart(ulong value, bool isOwn, bool isSoftDirty, ulong frame)
    {
        var entry = new PageMapEntry(value);

        entry.IsOwn.Should().Be(isOwn);
        entry.IsSoftDirty.Should().Be(isSoftDirty);
        entry.Frame.Should().Be(frame);
    }

    [Fact]
    public void A_place_is_a_frame_or_a_place_in_swap_space_and_says_nothing_of_writes()
    {
        new PageMapEntry(0x8180_0000_0000_1234).Place.Should().Be(new PageMapEntry(0x8000_0000_0000_1234).Place);
        new PageMapEntry(0x8100_0000_0000_1234).Place.Should().NotBe(new PageMapEntry(0x8100_0000_0000_1235).Place);
        new PageMapEntry(0x8000_0000_0000_1234).Place.Should().NotBe(new PageMapEntry(0x4000_0000_0000_1234).Place);
    }
}
