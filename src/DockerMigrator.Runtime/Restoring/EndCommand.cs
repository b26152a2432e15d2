using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Restoring;

/// <summary><c>delete</c> and <c>kill</c> while a restore is pending: whoever ends the container calls the restore off.</summary>
internal static class EndCommand
{
    // CRIU undoes a restore in well below a second; a container of many processes and much memory may take some.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Calls the restore off, waits until nothing of it is left, and has runc clean up.</summary>
    public static int Delete(RestoreDirectory directory, RuncCommandLine line)
    {
        CallOff(directory, line);
        return Runc.Become();
    }

    /// <summary>
    /// SIGKILL calls the restore off, as it would kill a container that was created and not yet started. Other signals have
    /// no one to go to.
    /// </summary>
    public static int Kill(RestoreDirectory directory, RuncCommandLine line)
    {
        if (line.Operands is [_, "9" or "KILL" or "SIGKILL", ..] && CallOff(directory, line) == Decision.Abort)
            return 0;
        return Runc.Become();
    }

    private static Decision CallOff(RestoreDirectory directory, RuncCommandLine line)
    {
        var decision = directory.Decision.TryDecide(Decision.Abort);
        Waiting.AtMost(Patience, directory, () => directory.ReadStatus() is not null || !Waiting.IsSupervised(directory));
        if (!Waiting.IsSupervised(directory))
            Aftermath.Settle(directory, line);
        return decision;
    }
}
