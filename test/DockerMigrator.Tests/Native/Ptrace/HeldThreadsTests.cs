using System.Diagnostics;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Ptrace;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Tests.Native.Ptrace;

public sealed class HeldThreadsTests : IDisposable
{
    // Not a Process of .NET: that takes the news of its children's stops, and takes a stop for the end.
    private readonly DetachedChild _sleeper = StartSleeper();

    public void Dispose() => _sleeper.Dispose();

    [Fact]
    public async Task A_thread_that_needs_no_repair_sleeps_on_untraced()
    {
        await SleepsAsync();
        using (var held = HeldThreads.Hold([_sleeper.Pid]))
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
        using (HeldThreads.Hold([_sleeper.Pid]))
            Tracer().Should().NotBe(0);

        Tracer().Should().Be(0);
        await SleepsAsync();
    }

    [Fact]
    public async Task A_stop_whose_news_somebody_else_took_is_seen_all_the_same()
    {
        var child = ChildProcess.Start("/bin/sleep", ["1000"], new ChildProcessOptions { NewSession = true, OutputFile = "/dev/null" });
        try
        {
            await SleepsAsync(child.Id);
            using var held = HeldThreads.Hold([child.Id]);
            // What is told here is the stop, and it is told once.
            while (child.TryWait() is null)
                await Task.Delay(1);
            var start = Stopwatch.GetTimestamp();
            held.Release(TimeSpan.FromMinutes(1)).Should().Be(0);
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(50));
            Tracer(child.Id).Should().Be(0);
        }
        finally
        {
            ChildProcess.Kill(child.Id);
            child.Wait();
        }
    }

    [Fact]
    public void A_thread_that_is_gone_is_left_out()
    {
        using var held = HeldThreads.Hold([int.MaxValue]);

        held.Release(TimeSpan.FromSeconds(2)).Should().Be(0);
    }

    private static DetachedChild StartSleeper()
    {
        using var input = File.OpenHandle("/dev/null");
        return DetachedChild.Start(["sleep", "1000"], input);
    }

    private int Tracer() => Tracer(_sleeper.Pid);

    private static int Tracer(int pid) => int.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("TracerPid:", StringComparison.Ordinal)).AsSpan("TracerPid:".Length));

    private Task SleepsAsync() => SleepsAsync(_sleeper.Pid);

    private static async Task SleepsAsync(int pid)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            // clock_nanosleep, or restart_syscall after an interruption
            if ((await File.ReadAllTextAsync($"/proc/{pid}/syscall")).Split(' ')[0] is "230" or "219")
                return;
            await Task.Delay(10);
        }

        Assert.Fail("It does not sleep.");
    }
}
