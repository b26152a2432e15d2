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
    public static int Run(RestoreDirectory directory, string runc, IReadOnlyList<string> arguments, ChildProcessOptions options)
    {
        var child = ChildProcess.Start(runc, arguments, options);
        directory.Publish(Supervisor.RuncPidName, child.Id.ToString(CultureInfo.InvariantCulture));
        using var ended = new ManualResetEventSlim();
        var watchman = new Thread(() => EnforceAbort(directory, child, ended)) { IsBackground = true };
        watchman.Start();
        // The thread stays in the way of nothing: no descriptor of the child's is ours, and its PID is free only after this.
        var exitCode = child.Wait();
        ended.Set();
        watchman.Join();
        return exitCode;
    }

    /// <summary>Removes what runc leaves behind if it is killed: runc cleans up after every other failure.</summary>
    /// <remarks>
    /// runc bind-mounts the container's root file system into its state directory for CRIU. A later <c>runc delete --force</c>
    /// removes that directory recursively: with the mount still there it would delete the container's files.
    /// </remarks>
    public static void RemoveDebris(RestoreDirectory directory, RuncCommandLine line)
    {
        var state = $"{line.Root}/{line.ContainerId}";
        MountPoint.TryDetach($"{state}/criu-root");
        if (!Directory.Exists(state))
            return;
        // CRIU may be going on without runc, towards a container that nobody watches over.
        KillInit(directory);
        ChildProcess.Start(Runc.Find(), [.. line.GlobalArguments, "delete", "--force", line.ContainerId!], new ChildProcessOptions()).Wait();
    }

    private static void KillInit(RestoreDirectory directory)
    {
        if (directory.Has(RestoreDirectory.PidName) && int.TryParse(File.ReadAllText(directory.File(RestoreDirectory.PidName)), out var init))
            ChildProcess.Kill(init);
    }

    private static void EnforceAbort(RestoreDirectory directory, ChildProcess child, ManualResetEventSlim ended)
    {
        try
        {
            Waiting.Until(directory, supervised: false, () => ended.IsSet || directory.Decision.Read() is not null);
            if (directory.Decision.Read() != Decision.Abort || ended.Wait(Grace))
                return;
            // CRIU takes the death of the root task for a failure of the restore and undoes it.
            KillInit(directory);
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
