using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>Finds out how a restore ended whose supervisor died before it could tell.</summary>
internal static class Aftermath
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How the restore ended. May be asked by several callers at once: all come to the same result.</summary>
    public static RestoreStatus Settle(RestoreDirectory directory, RuncCommandLine line)
    {
        if (directory.ReadStatus() is { } told)
            return told;
        var decision = directory.Decision.TryDecide(Decision.Abort);
        Waiting.AtMost(Patience, directory, () => !IsAlive(directory, Supervisor.RuncPidName));
        if (directory.ReadStatus() is { } late)
            return late;

        var runs = decision == Decision.Commit && IsAlive(directory, RestoreDirectory.PidName)
            && Freezer.TryThaw(File.ReadAllText(directory.File(RestoreDirectory.PidName)).Trim());
        if (!runs)
            RestoreProcess.RemoveDebris(directory, line);
        var status = runs
            ? new RestoreStatus(0, null)
            : new RestoreStatus(1, directory.Has(RestoreDirectory.SupervisorName)
                ? "The process that supervised the restore was killed, so the restore was undone."
                : RestoreFailure.CalledOff(directory));
        directory.PublishStatus(status);
        return status;
    }

    // A zombie has no command line any more: it does not count as alive.
    private static bool IsAlive(RestoreDirectory directory, string name)
    {
        try
        {
            return directory.Has(name) && File.ReadAllText($"/proc/{File.ReadAllText(directory.File(name)).Trim()}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
