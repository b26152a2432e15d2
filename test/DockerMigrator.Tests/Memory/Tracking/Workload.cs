using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Memory.Tracking;

/// <summary>The test program in one of its modes (see workload.c), in a cgroup of its own, as a container's processes are.</summary>
internal sealed class Workload : IDisposable
{
    private static readonly Lazy<string> Program = new(Compile);
    private static int s_last;

    private readonly string _cgroup;
    private readonly string _output = Path.GetTempFileName();
    private readonly ChildProcess _process;

    private Workload(string mode, string cgroup, Freezer freezer)
    {
        _cgroup = cgroup;
        Freezer = freezer;
        // Not a Process of .NET: that takes the news of its children's stops, and takes a stop for the end.
        _process = ChildProcess.Start(
            "/bin/sh", ["-c", $"echo $$ >{cgroup}/cgroup.procs && exec {Program.Value} {mode}"],
            new ChildProcessOptions { NewSession = true, OutputFile = _output });
    }

    public Freezer Freezer { get; }

    public int Pid => _process.Id;

    public string Output => File.ReadAllText(_output);

    public ContainerTasks Tasks => ContainerTasks.Read(Pid, Freezer);

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public static async Task<Workload> StartAsync(string mode)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        var mount = MountTable.Own().FirstOrDefault(mount => mount.FileSystem == "cgroup" && mount.Options.Contains("freezer"))
            ?? MountTable.Own().FirstOrDefault(mount => mount.FileSystem == "cgroup2");
        Assert.SkipWhen(mount is null, "no cgroups here");
        var cgroup = Path.Combine(mount.MountPoint, $"docker-migrator-track-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}");
        Directory.CreateDirectory(cgroup);
        var workload = new Workload(mode, cgroup, mount.FileSystem == "cgroup" ? new FreezerV1(cgroup) : new FreezerV2(cgroup));
        try
        {
            await workload.UntilAsync(() => workload.Output.Contains("ready", StringComparison.Ordinal));
        }
        catch
        {
            workload.Dispose();
            throw;
        }

        return workload;
    }

    public async Task FreezeAsync()
    {
        // The v1 freezer misses a task that has just begun to wait for its vfork's child: runc, too, tries again.
        for (var attempt = 0; attempt < 100; attempt++)
        {
            Freezer.Freeze();
            try
            {
                await Freezer.WaitUntilFrozenAsync(TimeSpan.FromSeconds(0.5));
                return;
            }
            catch (CriuException)
            {
                Freezer.Thaw();
            }
        }

        Assert.Fail("It does not freeze.");
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30) || Output.Contains("FAILED", StringComparison.Ordinal))
                Assert.Fail($"What was waited for does not come. The program says: {Output}");
            await Task.Delay(5);
        }
    }

    /// <summary>Fails if the program found anything amiss, or has ended.</summary>
    public void ShouldBeWell()
    {
        Output.Should().Be("ready\n");
        var status = ProcessStatus.Read(Pid);
        status.Should().NotBeNull();
        (!status!.IsDead || Tasks.Processes[0].ThreadIds.Count > 1).Should().BeTrue("it runs still");
        status.TracerPid.Should().Be(0);
    }

    public void Dispose()
    {
        for (var attempt = 0; attempt < 2000 && Directory.Exists(_cgroup); attempt++)
        {
            foreach (var pid in Freezer.ReadProcesses())
                ChildProcess.Kill(pid);
            Freezer.Thaw();
            _process.TryWait();
            try
            {
                Directory.Delete(_cgroup);
            }
            catch (IOException)
            {
                Thread.Sleep(5);
            }
        }

        File.Delete(_output);
    }

    private static string Compile()
    {
        var program = Path.Combine(Directory.CreateTempSubdirectory("workload-").FullName, "workload");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        var messages = program + ".messages";
        var compiler = ChildProcess.Start(
            "/usr/bin/env", ["cc", "-O1", "-pthread", "-o", program, Path.Combine(AppContext.BaseDirectory, "Memory/Tracking/workload.c")],
            new ChildProcessOptions { OutputFile = messages });
        compiler.Wait().Should().Be(0, File.ReadAllText(messages));
        return program;
    }
}
