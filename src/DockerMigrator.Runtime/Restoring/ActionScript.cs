using DockerMigrator.Native.Restore;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>
/// CRIU's action script: this program, called through a link in the restore directory, which is how it knows what it is and
/// which restore it serves, since CRIU passes no arguments. (A script there would not do: <c>/run</c> is often mounted noexec.)
/// </summary>
/// <remarks>
/// CRIU calls it at a dozen stages, some of them after the commit, so the ones that do not matter return at once. It runs in the
/// container's cgroup, as CRIU itself does. A stage may come twice; everything here may be repeated.
/// </remarks>
internal static class ActionScript
{
    /// <summary>The link's name.</summary>
    public const string LinkName = "action-script";

    private const string StageVariable = "CRTOOLS_SCRIPT_ACTION";

    /// <summary>Whether this process was called through the link.</summary>
    public static bool IsCalledAs(string program) => program.EndsWith("/" + LinkName, StringComparison.Ordinal);

    public static int Run(string program)
    {
        var stage = Environment.GetEnvironmentVariable(StageVariable);
        if (stage is not ("pre-restore" or "post-restore"))
            return 0;
        var directory = new RestoreDirectory(program[..^(LinkName.Length + 1)]);
        if (stage == "post-restore")
            return Hold(directory) == Decision.Commit ? 0 : 1;
        directory.Publish(RestoreDirectory.ArmedName);
        return 0;
    }

    // Everything is restored, not one instruction has run. A status other than 0 makes CRIU undo it all; after this there is no way back.
    private static Decision Hold(RestoreDirectory directory)
    {
        // With a terminal (see PrestartHook) Docker may still be setting up the network: held means that nothing is missing.
        Waiting.Until(directory, supervised: true, () => directory.Has(RestoreDirectory.StartName) || directory.Decision.Read() == Decision.Abort);
        if (directory.Decision.Read() != Decision.Abort)
            directory.Publish(RestoreDirectory.HeldName);
        Decision? decision = null;
        Waiting.Until(directory, supervised: true, () => (decision = directory.Decision.Read()) is not null);
        return decision!.Value;
    }
}
