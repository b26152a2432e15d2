using System.Runtime.InteropServices;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Ptrace.Injection;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class InjectionTests : IDisposable
{
    private readonly LocalInjector _injector = new();

    public InjectionTests() => Assert.SkipUnless(TrackerProbe.Works(TrackerNames.UserFault), "the kernel cannot do this");

    public void Dispose() => _injector.Dispose();

    [Theory]
    [InlineData(0, "nanosleep")]
    [InlineData(1, "read")]
    [InlineData(2, "futex")]
    [InlineData(3, "futex with a time limit")]
    [InlineData(4, "epoll_wait")]
    [InlineData(5, "epoll_pwait")]
    [InlineData(6, "sigwaitinfo")]
    [InlineData(7, "sigsuspend")]
    [InlineData(8, "semop")]
    public async Task A_sleeping_thread_sleeps_on(int which, string call)
    {
        // The kernel itself does not repeat these.
        Assert.SkipWhen(call is "epoll_wait" or "epoll_pwait" or "sigwaitinfo" or "semop" && RuntimeInformation.ProcessArchitecture != Architecture.X64, "on x86-64 only");
        using var workload = await Workload.StartAsync($"sleep {which}");
        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: 'S' });

        Inject(workload, 50);

        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: 'S' });
        await Task.Delay(20);
        workload.ShouldBeWell();
    }

    [Theory]
    [InlineData("calls", 200)]
    [InlineData("signals", 200)]
    [InlineData("filtered", 100)]
    [InlineData("churn", 100)]
    [InlineData("nobody", 50)]
    public async Task A_running_process_notices_nothing(string mode, int times)
    {
        using var workload = await Workload.StartAsync(mode);

        Inject(workload, times);

        await Task.Delay(20);
        workload.ShouldBeWell();
        ProcFile.NumericEntries($"/proc/{workload.Pid}/fd").Select(number => ProcFile.TryReadLink($"/proc/{workload.Pid}/fd/{number}"))
            .Should().NotContain("anon_inode:[userfaultfd]");
    }

    [Fact]
    public async Task A_restartable_sequence_is_left_by_its_abort_handler()
    {
        using var workload = await Workload.StartAsync("sequence");

        for (var round = 0; !workload.Output.Contains("aborted", StringComparison.Ordinal); round++)
        {
            round.Should().BeLessThan(5000);
            Inject(workload, 1);
        }

        workload.Output.Should().NotContain("FAILED");
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_is_skipped()
    {
        var outcomes = new HashSet<InjectionOutcome>();
        for (var round = 0; round < 20; round++)
        {
            using var workload = await Workload.StartAsync($"brief {round * 200}");
            for (var result = default(InjectionResult); result.Outcome == InjectionOutcome.Done;)
            {
                result = _injector.CreateUserFault(workload.Pid, out var descriptor);
                descriptor?.Dispose();
                outcomes.Add(result.Outcome);
            }
        }

        outcomes.Should().BeSubsetOf([InjectionOutcome.Done, InjectionOutcome.NotStopped, InjectionOutcome.Ended, InjectionOutcome.Refused]);
    }

    [Fact]
    public async Task A_process_stopped_by_a_signal_stays_so_and_is_skipped()
    {
        using var workload = await Workload.StartAsync("scribble");
        Kill(workload.Pid, "STOP");
        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: 'T' });

        _injector.CreateUserFault(workload.Pid, out _).Outcome.Should().Be(InjectionOutcome.NotStopped);

        ProcessStatus.Read(workload.Pid)!.State.Should().Be('T');
        Kill(workload.Pid, "CONT");
        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: 'S' });
        Inject(workload, 1);
        workload.ShouldBeWell();
    }

    [Fact]
    public async Task A_frozen_process_is_skipped_in_time_and_goes_on_when_it_is_thawed()
    {
        using var workload = await Workload.StartAsync("scribble");
        await workload.FreezeAsync();
        Assert.SkipUnless(workload.Freezer is FreezerV1, "the unified freezer lets a task be traced");

        _injector.CreateUserFault(workload.Pid, out _).Outcome.Should().Be(InjectionOutcome.NotStopped);

        workload.Freezer.Thaw();
        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: 'S', TracerPid: 0 });
        workload.ShouldBeWell();
    }

    [Fact]
    public async Task A_process_stopped_and_continued_again_and_again_comes_to_no_harm()
    {
        using var workload = await Workload.StartAsync("calls");
        using var stop = new CancellationTokenSource();
        var signals = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Kill(workload.Pid, "STOP");
                Kill(workload.Pid, "CONT");
            }
        });

        var done = 0;
        for (var attempt = 0; attempt < 500 && done < 30; attempt++)
        {
            if (_injector.CreateUserFault(workload.Pid, out var descriptor).Outcome == InjectionOutcome.Done)
                done++;
            descriptor?.Dispose();
        }

        await stop.CancelAsync();
        await signals;
        done.Should().BePositive();
        await workload.UntilAsync(() => ProcessStatus.Read(workload.Pid) is { State: not 'T' });
        workload.ShouldBeWell();
    }

    [Fact]
    public async Task A_descriptor_is_closed_in_the_process_that_has_it()
    {
        using var workload = await Workload.StartAsync("userfaultfd");
        var number = ProcFile.NumericEntries($"/proc/{workload.Pid}/fd")
            .Single(number => ProcFile.TryReadLink($"/proc/{workload.Pid}/fd/{number}") == "anon_inode:[userfaultfd]");
        ProcessDescriptor.Copy(workload.Pid, number, out var copy).Should().Be(Errno.None);
        using (copy)
        {
            ProcessDescriptor.IsCopy(workload.Pid, number, copy.Number).Should().BeTrue();
            ProcessDescriptor.IsCopy(workload.Pid, 0, copy.Number).Should().BeFalse();
        }

        _injector.Close(workload.Pid, number).Outcome.Should().Be(InjectionOutcome.Done);

        ProcFile.NumericEntries($"/proc/{workload.Pid}/fd").Should().NotContain(number);
        workload.ShouldBeWell();
    }

    [Fact]
    public void A_process_that_is_not_there_is_skipped() =>
        _injector.CreateUserFault(int.MaxValue, out _).Outcome.Should().Be(InjectionOutcome.NotStopped);

    private void Inject(Workload workload, int times)
    {
        for (int done = 0, attempt = 0; done < times; attempt++)
        {
            var result = _injector.CreateUserFault(workload.Pid, out var descriptor);
            descriptor?.Dispose();
            if (result.Outcome == InjectionOutcome.Done)
                done++;
            // On a busy machine a thread may not get to its stop in time.
            else if (result.Outcome != InjectionOutcome.NotStopped || attempt > 2 * times + 100)
                Assert.Fail($"{result.Outcome}, {result.Error.Describe()}; the program says {workload.Output}");
        }
    }

    private static void Kill(int pid, string signal) => DockerMigrator.Native.Exec.ChildProcess
        .Start("/bin/sh", ["-c", $"kill -{signal} {pid}"], new DockerMigrator.Native.Exec.ChildProcessOptions()).Wait();
}
