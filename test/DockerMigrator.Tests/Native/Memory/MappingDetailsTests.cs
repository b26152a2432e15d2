using DockerMigrator.Native.Memory;

namespace DockerMigrator.Tests.Native.Memory;

public sealed class MappingDetailsTests
{
    private const string Smaps = """
        00400000-00420000 r--p 00000000 00:67 1349475                            /usr/bin/a-b 7f
        Size:                128 kB
        Rss:                  12 kB
        Swap:                  0 kB
        VmFlags: rd mr mw me 
        7f8238cd1000-7f8238f38000 rw-p 00000000 00:00 0 
        Rss:                   0 kB
        Swap:                  4 kB
        SwapPss:               4 kB
        Locked:                4 kB
        VmFlags: rd wr mr mw me lo ac 
        7f8239276000-7f8239278000 ---p 00000000 00:00 0 
        Rss:                   0 kB
        Pss:                   8 kB
        Swap:                  0 kB
        VmFlags: mr mw me nr sd 
        7f8239278000-7f823927a000 r-xp 00000000 00:00 0                          [vdso]
        Rss:                   8 kB
        """;

    [Fact]
    public void What_has_pages_or_is_locked_is_told_of_each_mapping_that_is_whole() =>
        MappingDetails.Parse(new StringReader(Smaps)).Should().Equal(
            new MappingDetails(0x400000, 0x420000, HasPages: true, IsLocked: false),
            new MappingDetails(0x7f8238cd1000, 0x7f8238f38000, HasPages: true, IsLocked: true),
            new MappingDetails(0x7f8239276000, 0x7f8239278000, HasPages: false, IsLocked: false));

    [Fact]
    public void This_process_has_mappings_with_and_without_pages()
    {
        using var memory = new AnonymousMemory(1 << 20);
        memory.Content[1 << 19] = 1;

        var mappings = MappingDetails.TryRead(Environment.ProcessId);

        mappings.Should().Contain(mapping => mapping.Start <= memory.Start && mapping.End >= memory.Start + (1 << 20) && mapping.HasPages);
        mappings.Should().Contain(mapping => !mapping.HasPages);
        mappings!.Zip(mappings.Skip(1)).Should().OnlyContain(pair => pair.First.End <= pair.Second.Start);
    }

    [Fact]
    public void A_process_that_is_gone_has_none() => MappingDetails.TryRead(int.MaxValue).Should().BeNull();
}
