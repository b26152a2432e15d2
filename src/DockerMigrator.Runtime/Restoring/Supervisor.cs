using System.Text;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.Bundles;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>
/// The process that runs <c>runc restore</c> and writes down how it ended. It outlives <c>create</c>, whose standard streams
/// it has, since those are to be the container's; the shim, a subreaper, becomes its parent and in the end that of the container's init.
/// </summary>
internal static class Supervisor
{
    /// <summary>This program's command for it.</summary>
    public const string CommandName = "restore-supervisor";

    /// <summary>The PID of <c>runc restore</c>.</summary>
    public const string RuncPidName = "runc-pid";

    /// <summary>runc's log of the restore, in the work directory.</summary>
    public const string RuncLogName = "runc.log";

    private const string UnifiedMountPoint = "/sys/fs/cgroup";

    private const string EffectiveConfigurationName = "criu-effective.conf";

    public static ChildProcess Start(string self, RestoreDirectory directory, RuncCommandLine line, IReadOnlyList<string> arguments) =>
        ChildProcess.Start(self, [CommandName, directory.Path, .. arguments], new ChildProcessOptions
        {
            NewSession = true,
            // With a terminal, create's output is a pipe that the shim reads to its end, which must not wait for the restore's.
            OutputFile = line.ConsoleSocket is null ? null : $"{directory.Work}/supervisor.log",
        });

    public static int Run(RestoreDirectory directory, RuncCommandLine line)
    {
        using var alive = RestoreLease.Acquire(directory.File(RestoreDirectory.SupervisorName));
        RestoreStatus status;
        try
        {
            status = Restore(directory, line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Reporting.RestoreException)
        {
            directory.Decision.TryDecide(Decision.Abort);
            status = new RestoreStatus(1, exception.Message);
        }

        directory.PublishStatus(status);
        return status.ExitCode;
    }

    private static RestoreStatus Restore(RestoreDirectory directory, RuncCommandLine line)
    {
        Waiting.Until(directory, supervised: false, () => directory.Has(RestoreDirectory.ReadyName) || directory.Decision.Read() is not null);
        if (directory.Decision.Read() == Decision.Abort)
            return new RestoreStatus(1, RestoreFailure.CalledOff(directory));

        var runc = Runc.Find();
        var exitCode = RestoreProcess.Run(directory, line, runc, RestoreArguments(directory, line), new ChildProcessOptions
        {
            // Not the annotation org.criu.config: CRIU up to 4.2 crashes on some options in a file that comes that way.
            Environment = new Dictionary<string, string> { ["CRIU_CONFIG_FILE"] = WriteCriuConfiguration(directory, line) },
        });

        // From here on a commit can no longer be decided: either it was, or there is nothing left to commit.
        var calledOff = directory.Decision.Read() == Decision.Abort;
        var decision = directory.Decision.TryDecide(Decision.Abort);
        if (exitCode != 0)
        {
            RestoreProcess.RemoveDebris(directory, line);
            return new RestoreStatus(exitCode, RestoreFailure.Describe(directory, calledOff));
        }

        if (decision == Decision.Abort)
        {
            RestoreProcess.RemoveDebris(directory, line);
            return new RestoreStatus(1, "CRIU let the container run without waiting for the migration's commit, so it was removed at once.");
        }

        if (Freezer.TryThaw(File.ReadAllText(directory.File(RestoreDirectory.PidName)).Trim()))
            return new RestoreStatus(0, null);
        RestoreProcess.RemoveDebris(directory, line);
        return new RestoreStatus(1, "The container was restored but ended as soon as it went on.");
    }

    private static List<string> RestoreArguments(RestoreDirectory directory, RuncCommandLine line)
    {
        List<string> arguments =
        [
            .. line.GlobalArguments, "--log", $"{directory.Work}/{RuncLogName}", "--log-format", "json",
            "restore", "--detach", "--no-subreaper", "--bundle", line.Bundle!, "--pid-file", line.PidFile!,
            "--image-path", directory.Images, "--work-path", directory.Work,
        ];
        if (line.ConsoleSocket is { } socket)
            arguments.AddRange(["--console-socket", socket]);
        if (line.NoPivot)
            arguments.Add("--no-pivot");
        if (directory.Has(RestoreDirectory.OptionsName))
            arguments.AddRange(File.ReadLines(directory.File(RestoreDirectory.OptionsName)).Where(option => option.Length > 0));
        arguments.Add(line.ContainerId!);
        return arguments;
    }

    private static string WriteCriuConfiguration(RestoreDirectory directory, RuncCommandLine line)
    {
        File.CreateSymbolicLink(directory.File(ActionScript.LinkName), Environment.ProcessPath!);
        var configuration = new StringBuilder();
        if (directory.Has(RestoreDirectory.CriuConfigurationName))
            configuration.AppendLine(File.ReadAllText(directory.File(RestoreDirectory.CriuConfigurationName)));
        configuration.AppendLine($"action-script {directory.File(ActionScript.LinkName)}");
        // runc before 1.2 does not tell CRIU the container's cgroup on v2, and the processes would end up in one named after the source
        // container, out of the reach of Docker's limits, pause and statistics. Nothing before the colon: the unified hierarchy.
        if (MountTable.Find("cgroup2", option: null) == UnifiedMountPoint && new Bundle(line.Bundle!).ReadCgroup() is { } cgroup)
            configuration.AppendLine($"cgroup-root :{cgroup}");
        directory.Publish(EffectiveConfigurationName, configuration.ToString());
        return directory.File(EffectiveConfigurationName);
    }
}
