using System.Globalization;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>A running <c>runc restore</c> that does not outlive an abort, and leaves nothing behind if it fails.</summary>
internal static class RestoreProcess
{
    // Hook and hold obey an abort within milliseconds. In between CRIU reads memory, or hangs: damaged images can make it loop.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it to its end; its exit status.</summary>
    public static int Run(RestoreDirectory directory, RuncCommandLine line, string runc, IReadOnlyList<string> arguments, ChildProcessOptions options)
    {
        var child = ChildProcess.Start(runc, arguments, options);
        directory.Publish(Supervisor.RuncPidName, child.Id.ToString(CultureInfo.InvariantCulture));
        using var ended = new ManualResetEventSlim();
        var watchman = new Thread(() => EnforceAbort(directory, line, child, ended)) { IsBackground = true };
        watchman.Start();
        // The thread stays in the way of nothing: no descriptor of the child's is ours, and its PID is free only after this.
        var exitCode = child.Wait();
        ended.Set();
        watchman.Join();
        return exitCode;
    }

    /// <summary>Sees to it that a restore that failed has left no process and no mount.</summary>
    /// <remarks>
    /// runc and CRIU clean up after most failures, but not if they are killed. Then the container's root file system is still
    /// mounted in runc's state directory, and the host's cgroup trees in the work directory. Whoever removes those directories
    /// recursively (<c>runc delete --force</c>, the agent) would reach into both.
    /// </remarks>
    public static void RemoveDebris(RestoreDirectory directory, RuncCommandLine line)
    {
        var state = $"{line.Root}/{line.ContainerId}";
        KillInit(directory, line);
        foreach (var mount in MountTable.Below(directory.Work).Concat(MountTable.Below(state)))
            MountPoint.TryDetach(mount);
        if (Directory.Exists(state))
            ChildProcess.Start(Runc.Find(), [.. line.GlobalArguments, "delete", "--force", line.ContainerId!], new ChildProcessOptions()).Wait();
    }

    // Its PID may belong to another process by now, but not to one in the container's cgroup.
    private static void KillInit(RestoreDirectory directory, RuncCommandLine line)
    {
        if (!directory.Has(RestoreDirectory.PidName) || !int.TryParse(File.ReadAllText(directory.File(RestoreDirectory.PidName)), out var init))
            return;
        try
        {
            if (File.ReadAllText($"/proc/{init}/cgroup").Contains(line.ContainerId!))
                ChildProcess.Kill(init);
        }
        catch (IOException)
        {
            // It is gone.
        }
    }

    private static void EnforceAbort(RestoreDirectory directory, RuncCommandLine line, ChildProcess child, ManualResetEventSlim ended)
    {
        try
        {
            Waiting.Until(directory, supervised: false, () => ended.IsSet || directory.Decision.Read() is not null);
            if (directory.Decision.Read() != Decision.Abort || ended.Wait(Grace))
                return;
            // CRIU takes the death of the root task for a failure of the restore and undoes it.
            KillInit(directory, line);
            if (!ended.Wait(Grace * 4))
                ChildProcess.Kill(child.Id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The restore directory is gone or full: nothing can be committed there any more.
            ChildProcess.Kill(child.Id);
        }
    }
}
