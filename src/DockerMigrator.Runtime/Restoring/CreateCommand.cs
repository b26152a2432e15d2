using System.Globalization;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.Bundles;
using DockerMigrator.Runtime.CommandLine;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Runtime.Restoring;

/// <summary><c>create</c>: begins the restore and returns as soon as the container's init and its namespaces exist.</summary>
internal static class CreateCommand
{
    public static int Run(RestoreDirectory directory, RuncCommandLine line, IReadOnlyList<string> arguments)
    {
        if (line.Bundle is not { } bundle || line.PidFile is not { } pidFile)
            throw new RestoreException("A migrated container can only be created with a bundle and a pid file, as containerd does.");
        if (directory.Has(RestoreDirectory.SupervisorName))
            throw new RestoreException("The restore of this container was begun before and did not come to an end; migrate it again.");

        var self = Environment.ProcessPath!;
        Prepare(new Bundle(bundle), PrestartHook.Arguments(self, directory, waitsForStart: line.ConsoleSocket is null));
        var supervisor = Supervisor.Start(self, directory, line, arguments);
        RestoreStatus? status = null;
        int? exitCode = null;
        Waiting.Until(directory, supervised: false, () =>
            directory.Has(RestoreDirectory.PidName)
            || (status = directory.ReadStatus()) is not null
            || (exitCode = supervisor.TryWait()) is not null);

        if (directory.Has(RestoreDirectory.PidName))
        {
            WritePidFile(pidFile, File.ReadAllText(directory.File(RestoreDirectory.PidName)).Trim());
            return 0;
        }

        status ??= Aftermath.Settle(directory, line);
        throw new RestoreException(status.Error ?? $"The supervisor of the restore ended early with status {exitCode?.ToString(CultureInfo.InvariantCulture)}.");
    }

    private static void Prepare(Bundle bundle, IReadOnlyList<string> hook)
    {
        bundle.AppendPrestartHook(hook);
        if (bundle.ReadCgroup() is { } cgroup)
            bundle.NameCgroupMounts(CgroupMounts.Of(cgroup, MountTable.Lines(), File.ReadLines("/proc/self/cgroup")));
    }

    // containerd's shim may read it at any time: whole or not at all.
    private static void WritePidFile(string path, string pid)
    {
        var temporary = $"{path}.migration";
        File.WriteAllText(temporary, pid);
        File.Move(temporary, path, overwrite: true);
    }
}
