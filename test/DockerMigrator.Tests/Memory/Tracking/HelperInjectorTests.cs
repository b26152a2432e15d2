using System.Diagnostics;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Memory.Tracking.UserFault;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Ptrace.Injection;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class HelperInjectorTests
{
    // The test host cannot be its own helper, but docker-migrator lies beside it.
    private static readonly string[] HelperCommand = [Path.Combine(AppContext.BaseDirectory, "docker-migrator"), "track-helper"];

    public HelperInjectorTests() => Assert.SkipUnless(TrackerProbe.Works(TrackerNames.UserFault), "the kernel cannot do this");

    [Fact]
    public async Task A_helper_of_its_own_does_all_that_reaches_into_processes()
    {
        using var workload = await Workload.StartAsync("churn");
        using var injector = new HelperInjector(HelperCommand);
        using var tracker = new UserFaultTracker(injector);
        var shadow = new Shadow(tracker);
        for (var scan = 0; scan < 5; scan++)
            await shadow.ScanAsync(workload.Tasks);

        var helper = injector.HelperPid!.Value;
        CountDescriptors(helper).Should().Be(0, "what it made was handed over");
        ChildProcess.Kill(helper);
        for (var scan = 0; scan < 3; scan++)
            await shadow.ScanAsync(workload.Tasks);

        await workload.FreezeAsync();
        shadow.CompareFrozen(workload.Tasks).Layouts.Should().ContainSingle("what is tracked already needs no helper");
        workload.Freezer.Thaw();
        workload.ShouldBeWell();
    }

    [Fact]
    public async Task A_lost_helper_is_replaced()
    {
        using var workload = await Workload.StartAsync("calls");
        using var injector = new HelperInjector(HelperCommand);
        Create(injector, workload.Pid).Should().Be(InjectionOutcome.Done);
        var first = injector.HelperPid!.Value;
        ChildProcess.Kill(first);

        Ask(injector, workload.Pid).Should().Be(InjectionOutcome.NotStopped);
        Create(injector, workload.Pid).Should().Be(InjectionOutcome.Done);

        injector.HelperPid.Should().NotBe(first);
        workload.ShouldBeWell();
    }

    [Fact]
    public async Task A_helper_minds_no_signals_and_ends_with_its_input()
    {
        using var workload = await Workload.StartAsync("calls");
        var injector = new HelperInjector(HelperCommand);
        Create(injector, workload.Pid).Should().Be(InjectionOutcome.Done);
        var helper = injector.HelperPid!.Value;
        foreach (var signal in (string[])["INT", "TERM", "HUP"])
            ChildProcess.Start("/bin/sh", ["-c", $"kill -{signal} {helper}"], new ChildProcessOptions()).Wait();

        Create(injector, workload.Pid).Should().Be(InjectionOutcome.Done);
        injector.HelperPid.Should().Be(helper);
        injector.Dispose();

        Directory.Exists($"/proc/{helper}").Should().BeFalse();
    }

    [Fact]
    public async Task Injections_that_their_asker_does_not_live_to_see_are_finished()
    {
        using var workload = await Workload.StartAsync("calls");
        for (var round = 0; round < 10; round++)
        {
            // The asker is a shell that writes requests (see HelperRequest) and is gone at once.
            var request = string.Concat(new[] { 0x544a4e49, 1, workload.Pid, 0 }.SelectMany(BitConverter.GetBytes).Select(value => $"\\x{value:x2}"));
            var text = string.Concat(Enumerable.Repeat(request, 5));
            ChildProcess.Start(
                "/bin/bash", ["-c", $"printf '{text}' | {HelperCommand[0]} {HelperCommand[1]} >/dev/null"],
                new ChildProcessOptions { OutputFile = "/dev/null" }).Wait().Should().Be(0);
        }

        workload.ShouldBeWell();
        CountDescriptors(workload.Pid).Should().Be(0);
    }

    [Fact]
    public void What_is_no_request_ends_the_helper()
    {
        using var input = new MemoryStream(new byte[64]);
        using var output = new MemoryStream();
        var start = Stopwatch.GetTimestamp();

        InjectionHelper.Serve(input, output);

        output.Length.Should().Be(0);
        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    // On a busy machine a thread may not get to its stop in time.
    private static InjectionOutcome Create(HelperInjector injector, int pid)
    {
        var outcome = InjectionOutcome.NotStopped;
        for (var attempt = 0; attempt < 50 && outcome == InjectionOutcome.NotStopped; attempt++)
            outcome = Ask(injector, pid);
        return outcome;
    }

    private static InjectionOutcome Ask(HelperInjector injector, int pid)
    {
        var result = injector.CreateUserFault(pid, out var descriptor);
        descriptor?.Dispose();
        return result.Outcome;
    }

    private static int CountDescriptors(int pid) => Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
        .Count(path => new FileInfo(path).LinkTarget == "anon_inode:[userfaultfd]");
}
