using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class ProcessStatusTests
{
    // Recorded from a Redis container, shortened.
    private const string Recorded =
        "Name:\tredis-server\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t550\nNgid:\t0\nPid:\t550\nPPid:\t523\nTracerPid:\t0\n"
        + "Uid:\t999\t999\t999\t999\nGid:\t999\t999\t999\t999\nFDSize:\t64\nNStgid:\t550\t1\nNSpid:\t550\t1\nThreads:\t6\n";

    [Fact]
    public void A_recorded_status_is_understood()
    {
        var status = ProcessStatus.Parse(Recorded)!;

        status.Should().BeEquivalentTo(new { Pid = 550, ParentPid = 523, Name = "redis-server", TracerPid = 0, Threads = 6, EffectiveUser = 999u, State = 'S', ContainerPid = 1 });
        status.NamespacePids.Should().Equal(550, 1);
        status.IsDead.Should().BeFalse();
    }

    [Fact]
    public void A_status_torn_anywhere_is_null_or_whole_but_never_an_exception()
    {
        for (var length = 0; length < Recorded.Length; length++)
            (ProcessStatus.Parse(Recorded[..length])?.Pid ?? 550).Should().Be(550);
    }

    [Fact]
    public void A_process_that_is_gone_has_no_status() => ProcessStatus.Read(0x3fffff).Should().BeNull();

    [Fact]
    public void This_process_has_one() => ProcessStatus.Read(Environment.ProcessId)!.Pid.Should().Be(Environment.ProcessId);
}
