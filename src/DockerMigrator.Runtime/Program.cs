using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;
using DockerMigrator.Runtime.Reporting;
using DockerMigrator.Runtime.Restoring;

namespace DockerMigrator.Runtime;

/// <summary>
/// <c>docker-migrator-runtime</c>: an OCI runtime that becomes runc (execve) at every call, except for a container whose
/// restore is pending: its <c>create</c> and <c>start</c> become one <c>runc restore</c>, held at the last moment until the migration is committed.
/// </summary>
/// <remarks>
/// <para>
/// Agent and runtime meet in the container's <see cref="RestoreDirectory"/>. Each step is a file that appears whole; each wait is
/// for a file (inotify), and notices within 50 ms if the process it depends on is dead (flock, see <see cref="RestoreLease"/>).
/// </para>
/// <code>
///  agent             containerd's shim → create      supervisor            runc restore → CRIU            shim → start
///  ─────             ──────────────────────────      ──────────            ───────────────────            ────────────
///  lease, options,
///  criu.conf
///  docker start ───► adds the last prestart hook
///                    to the bundle's config.json
///                    starts the supervisor ────────► lease "supervisor"
///                    waits for pid, status           waits for ready
///  images, ready ──────────────────────────────────► starts it ──────────► pre-restore: armed
///                                                                          setup-namespaces: Docker's hooks,
///                                                                          then ours: pid, waits for start
///                    pid file, returns ◄────────────────────────────────── │
///                                                                          │  Docker 28+: network ───────► start, waits
///                                                                          goes on ◄────────────────────── │ for status
///                                                                          everything is restored          │
///  sees held ◄──────────────────────────────────────────────────────────── post-restore: held, waits       │
///  decision: commit ─────────────────────────────────────────────────────► exit 0: the container runs      │
///                                                    thaws, status 0 ◄──── ends                            │
///  docker start returns ◄──────────────────────────────────────────────────────────────────────────────────┘ returns 0
/// </code>
/// <para>States, as the files tell them:</para>
/// <code>
///               create                ready                    held               decision: commit          status 0
///   (Pending) ─────────► standing by ───────► being restored ─────────► held ───────────────────────► resuming ─────────► Done
///       │                     │                     │                     │                              │
///       └──────────── decision: abort ──────────────┴─────────────────────┘                              │ CRIU fails late,
///                             ▼                                                                          ▼ or is killed
///                   undone; error, status ≠ 0 ──────────────────────────────────────────────────────► Failed
/// </code>
/// <para>
/// <b>Who decides.</b> <c>decision</c> is written once (<see cref="DecisionRegister"/>) and binds everybody. The agent writes
/// commit or abort. Whoever waits writes abort when it finds the agent's lease free, or the supervisor's; <c>delete</c> and
/// <c>kill KILL</c> write abort; the supervisor writes abort when <c>runc restore</c> has ended. So a commit that was accepted means
/// that the restore was still under way; whether the container runs is what <c>status</c> says: 0 means it does, anything else that
/// no process of it is left. An abort is enforced: what has not ended by itself half a second later is killed.
/// </para>
/// <para>
/// <b>Never from scratch.</b> While the directory of a failed restore exists, <c>create</c> refuses: that container's original
/// goes on elsewhere. After status 0, or without the directory, it is an ordinary container: restart works as ever.
/// </para>
/// <para>
/// <b>Terminals.</b> The shim calls <c>start</c> only after it has got the terminal, which CRIU sends while it restores files. So with
/// a console socket the hook does not wait, and the hold waits for <c>start</c> before it says held. Up to Docker 27 the network is there
/// by then (a prestart hook of Docker's); from 28 on it comes afterwards, too late for established TCP connections of a container with a terminal.
/// </para>
/// <para>
/// <b>Frozen images.</b> The dump is of a paused container. CRIU restores freezer states only into cgroups that it makes itself; the
/// container's own is runc's, and comes up thawed (seen on v1 and v2). The supervisor checks all the same, before it says status 0.
/// </para>
/// <para>
/// <b>What the container sees of its cgroups.</b> On cgroup v1 without a cgroup namespace runc would bind the cgroups of the shim into a restored
/// container. So <c>create</c> also names the right directories in <c>config.json</c>, see <see cref="Bundles.CgroupMounts"/>.
/// </para>
/// <para>
/// <b>What Docker does meanwhile.</b> It keeps the container locked until <c>start</c> returns: <c>docker inspect</c>, <c>rm -f</c> and
/// <c>stop</c> of it wait for the decision; <c>docker ps</c> shows Created.
/// </para>
/// </remarks>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var line = default(RuncCommandLine);
        try
        {
            var program = Environment.GetCommandLineArgs()[0];
            if (ActionScript.IsCalledAs(program))
                return ActionScript.Run(program);
            switch (arguments)
            {
                case [PrestartHook.CommandName, var path, var mode]:
                    return PrestartHook.Run(new RestoreDirectory(path), mode);
                case [Supervisor.CommandName, var path, .. var original]:
                    return Supervisor.Run(new RestoreDirectory(path), RuncCommandLine.Parse(original));
            }

            if (!RestoreDirectories.Any())
                return Runc.Become();
            line = RuncCommandLine.Parse(arguments);
            return Dispatch(line, arguments);
        }
        catch (Exception exception) when (exception is RestoreException or IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException)
        {
            RuntimeLog.Error(line ?? RuncCommandLine.Parse(arguments), exception.Message);
            return 1;
        }
    }

    private static int Dispatch(RuncCommandLine line, string[] arguments)
    {
        if (line.Command is not ("create" or "start" or "delete" or "kill") || RestoreDirectories.Find(line) is not { } directory)
            return Runc.Become();
        return (directory.State, line.Command) switch
        {
            (RestoreState.Pending, "create") => CreateCommand.Run(directory, line, arguments),
            (RestoreState.Pending, "kill") => EndCommand.Kill(directory, line),
            (RestoreState.Pending, "start") or (RestoreState.Failed, "start") => StartCommand.Run(directory, line),
            (RestoreState.Pending, "delete") or (RestoreState.Failed, "delete") => EndCommand.Delete(directory, line),
            (RestoreState.Failed, "create") => throw new RestoreException(directory.ReadStatus()?.Error ?? RestoreFailure.CalledOff(directory)),
            _ => Runc.Become(),
        };
    }
}
