using System.Diagnostics;
using DockerMigrator.Native.Ptrace;

namespace DockerMigrator.Tests.Native.Ptrace;

public sealed class HeldThreadsTests : IDisposable
{
    private readonly Process _sleeper = Process.Start("sleep", "1000");

    public void Dispose()
    {
        _sleeper.Kill();
        _sleeper.WaitForExit();
        _sleeper.Dispose();
    }

    [Fact]
    public async Task A_thread_that_needs_no_repair_sleeps_on_untraced()
    {
        await SleepsAsync();
        using (var held = HeldThreads.Hold([_sleeper.Id]))
        {
            Tracer().Should().NotBe(0);
            held.Release(TimeSpan.FromSeconds(2)).Should().Be(0);
        }

        Tracer().Should().Be(0);
        await SleepsAsync();
    }

    [Fact]
    public async Task Whoever_is_still_held_at_the_end_is_let_go()
    {
        using (HeldThreads.Hold([_sleeper.Id]))
            Tracer().Should().NotBe(0);

        Tracer().Should().Be(0);
        await SleepsAsync();
    }

    [Fact]
    public void A_thread_that_is_gone_is_left_out()
    {
        using var held = HeldThreads.Hold([int.MaxValue]);

        held.Release(TimeSpan.FromSeconds(2)).Should().Be(0);
    }

    private int Tracer() => int.Parse(File.ReadLines($"/proc/{_sleeper.Id}/status").First(line => line.StartsWith("TracerPid:", StringComparison.Ordinal)).AsSpan("TracerPid:".Length));

    private async Task SleepsAsync()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            // clock_nanosleep, or restart_syscall after an interruption
            if ((await File.ReadAllTextAsync($"/proc/{_sleeper.Id}/syscall")).Split(' ')[0] is "230" or "219")
                return;
            await Task.Delay(10);
        }

        Assert.Fail("It does not sleep.");
    }
}
