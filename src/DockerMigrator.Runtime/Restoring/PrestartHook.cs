using System.Globalization;
using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.Bundles;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>
/// The bundle's last <c>prestart</c> hook, which runc runs at CRIU's <c>setup-namespaces</c>: init exists, in namespaces of
/// its own that are still empty. Hands init's PID to <c>create</c> and keeps CRIU from restoring sockets before the network is there.
/// </summary>
internal static class PrestartHook
{
    /// <summary>This program's command for it.</summary>
    public const string CommandName = "restore-hook";

    private const string WaitForStart = "wait";
    private const string GoOn = "go-on";

    /// <summary>
    /// The hook's words. A container with a terminal cannot wait for <c>start</c>: the shim calls it only after it has got
    /// the terminal, and CRIU sends that when the container's files are restored.
    /// </summary>
    public static IReadOnlyList<string> Arguments(string self, RestoreDirectory directory, bool waitsForStart) =>
        [self, CommandName, directory.Path, waitsForStart ? WaitForStart : GoOn];

    public static int Run(RestoreDirectory directory, string mode)
    {
        using var input = Console.OpenStandardInput();
        using var state = new MemoryStream();
        input.CopyTo(state);
        var pid = BundleConfig.ReadStatePid(state.ToArray());

        // The same mechanism is to hold the container at the end. If it does not work, better find out now.
        if (!directory.Has(RestoreDirectory.ArmedName))
            throw new RestoreException("CRIU did not call the action script, so the container could not be held until the migration is committed.");
        directory.Publish(RestoreDirectory.PidName, pid.ToString(CultureInfo.InvariantCulture));
        if (mode == WaitForStart)
            Waiting.Until(directory, supervised: true, () => directory.Has(RestoreDirectory.StartName) || directory.Decision.Read() is not null);
        return directory.Decision.Read() == Decision.Abort ? 1 : 0;
    }
}
