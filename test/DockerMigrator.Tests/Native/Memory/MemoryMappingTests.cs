using DockerMigrator.Native.Memory;

namespace DockerMigrator.Tests.Native.Memory;

public sealed class MemoryMappingTests
{
    [Theory]
    [InlineData("55fdd6c1e000-55fdd6c3f000 rw-p 00000000 00:00 0                          [heap]", true)]
    [InlineData("7fbb41600000-7fbb42600000 rw-p 00000000 00:00 0 ", true)]
    [InlineData("7fbb41600000-7fbb42600000 ---p 00000000 00:00 0", true)]
    [InlineData("7fffb6abc000-7fffb6add000 rw-p 00000000 00:00 0                          [stack]", true)]
    [InlineData("7f0141800000-7f0142400000 rw-p 00000000 00:00 0                          [anon:glibc: malloc arena]", true)]
    [InlineData("7f0141800000-7f0142400000 rw-s 00000000 00:00 0                          [anon_shmem:x]", false)]
    [InlineData("7f1965c29000-7f1965c2d000 r--p 00000000 00:00 0                          [vvar]", false)]
    [InlineData("7f1965c2f000-7f1965c31000 r-xp 00000000 00:00 0                          [vdso]", false)]
    [InlineData("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]", false)]
    [InlineData("7f1965c0f000-7f1965c11000 rw-p 001d3000 fe:00 332096                     /usr/lib/x86_64-linux-gnu/libc.so.6", false)]
    [InlineData("7f0000000000-7f0000200000 rw-p 00000000 00:10 4711                       /anon_hugepage (deleted)", false)]
    [InlineData("7f0000000000-7f0000001000 rw-s 00000000 00:01 12                         /dev/zero (deleted)", false)]
    public void Private_anonymous_memory_is_told_from_all_other(string line, bool isPrivateAnonymous) =>
        MemoryMapping.Parse(line + "\n").Should().ContainSingle().Which.IsPrivateAnonymous.Should().Be(isPrivateAnonymous);

    [Fact]
    public void All_fields_are_read()
    {
        var mapping = MemoryMapping.Parse("7f1965a62000-7f1965bb8000 r-xp 00026000 fe:00 332096     /a b\n").Should().ContainSingle().Subject;

        mapping.Should().Be(new MemoryMapping(0x7f1965a62000, 0x7f1965bb8000, true, true, 332096, "/a b"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7f1965a62000-7f19")]
    [InlineData("7f1965a62000-7f1965bb8000 r-x")]
    [InlineData("rubbish rubbish rubbish rubbish rubbish")]
    public void Torn_lines_are_left_out(string line) => MemoryMapping.Parse(line).Should().BeEmpty();

    [Fact]
    public void Nobody_has_no_mappings() => MemoryMapping.Read(int.MaxValue).Should().BeEmpty();
}
