using DockerMigrator.Criu.Filtering;
using DockerMigrator.Native.Processes;
using DockerMigrator.Native.Tasks;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Tests.Criu.Filtering;

public sealed class EarlyMappingsTests : IDisposable
{
    private readonly string _scanner = Path.Combine(Directory.CreateTempSubdirectory("early-mappings-").FullName, "scan");
    private readonly SafeFileHandle _null = File.OpenHandle("/dev/null");
    private readonly DetachedChild _sleeper;

    public EarlyMappingsTests()
    {
        Compile("-O2");
        _sleeper = StartSleeper();
    }

    public void Dispose()
    {
        _sleeper.Dispose();
        _null.Dispose();
        Directory.Delete(Path.GetDirectoryName(_scanner)!, recursive: true);
    }

    // As distributions compile CRIU, in their several ways: each is another function of the C library.
    [Theory]
    [InlineData("-O2")]
    [InlineData("-O2", "-D_FILE_OFFSET_BITS=64")]
    [InlineData("-O2", "-D_FORTIFY_SOURCE=2")]
    [InlineData("-O2", "-D_FORTIFY_SOURCE=2", "-D_FILE_OFFSET_BITS=64")]
    public void CRIU_reads_the_copy_which_is_what_the_kernel_says(params string[] options)
    {
        Compile(options);
        using var mappings = EarlyMappings.Begin([_sleeper.Pid], leastBytes: 0);

        WhatCriuReads(Read(mappings, _sleeper.Pid, "smaps")).Should().Equal(WhatCriuReads(File.ReadAllText($"/proc/{_sleeper.Pid}/smaps")));
        mappings.TimesTaken.Should().Be(1);
    }

    [Fact]
    public void All_else_comes_from_the_kernel()
    {
        using var other = StartSleeper();
        using var mappings = EarlyMappings.Begin([_sleeper.Pid, int.MaxValue], leastBytes: 0);

        Read(mappings, _sleeper.Pid, "maps").Should().Be(File.ReadAllText($"/proc/{_sleeper.Pid}/maps"));
        Read(mappings, _sleeper.Pid, "smaps_rollup").Should().Contain("[rollup]");
        WhatCriuReads(Read(mappings, other.Pid, "smaps")).Should().Equal(WhatCriuReads(File.ReadAllText($"/proc/{other.Pid}/smaps")));
        mappings.TimesTaken.Should().Be(0);
    }

    [Theory]
    [InlineData(1L << 40, 1 << 20)] // too small a process
    [InlineData(0, 1000)] // too long a text
    public void Where_there_is_no_copy_the_kernel_is_asked(long leastBytes, int mostBytes)
    {
        using var mappings = EarlyMappings.Begin([_sleeper.Pid], leastBytes, mostBytes);

        WhatCriuReads(Read(mappings, _sleeper.Pid, "smaps")).Should().Equal(WhatCriuReads(File.ReadAllText($"/proc/{_sleeper.Pid}/smaps")));
        mappings.TimesTaken.Should().Be(0);
    }

    private void Compile(params string[] options) =>
        new Command("cc", ["-U_FORTIFY_SOURCE", .. options, "-o", _scanner, Path.Combine(AppContext.BaseDirectory, "Criu/Filtering/scan.c")])
            .RunAsync().GetAwaiter().GetResult().Succeeded.Should().BeTrue();

    private DetachedChild StartSleeper()
    {
        var sleeper = DetachedChild.Start(["sleep", "600"], _null);
        // It is asleep once it has loaded all that it loads.
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{sleeper.Pid}/stat").Contains("(sleep) S", StringComparison.Ordinal), TimeSpan.FromSeconds(20)).Should().BeTrue();
        return sleeper;
    }

    // Figures change by what others do with pages that they share.
    private static List<string> WhatCriuReads(string smaps)
    {
        var lines = smaps.Split('\n').Where(line => line.StartsWith("VmFlags:", StringComparison.Ordinal) || line.Split(' ')[0].Contains('-')).ToList();
        lines.Should().Contain(line => line.Contains("[stack]")).And.Contain(line => line.StartsWith("VmFlags: rd"));
        return lines;
    }

    private string Read(EarlyMappings mappings, int pid, string name)
    {
        using var filter = PageFilter.Create([], [], mappings);
        var result = new Command(_scanner, [$"{pid}", name]) { Environment = filter.Environment }.RunAsync().GetAwaiter().GetResult();
        result.Succeeded.Should().BeTrue(result.Stderr);
        return result.Stdout;
    }
}
