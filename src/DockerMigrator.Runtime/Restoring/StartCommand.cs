using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Runtime.Restoring;

/// <summary><c>start</c>: the network is there by now; lets the restore go on and waits for its end.</summary>
internal static class StartCommand
{
    public static int Run(RestoreDirectory directory, RuncCommandLine line)
    {
        directory.Publish(RestoreDirectory.StartName);
        RestoreStatus? status = null;
        Waiting.Until(directory, supervised: true, () =>
            (status = directory.ReadStatus()) is not null || !Waiting.IsSupervised(directory));
        status ??= Aftermath.Settle(directory, line);
        return status.Succeeded ? 0 : throw new RestoreException(status.Error!);
    }
}
