using System.ComponentModel;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Processes;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Serving;

/// <summary>Finds out whether this host can restore a container whose memory comes while it runs.</summary>
/// <remarks>
/// A container whose root is no root on the host (user namespaces) cannot, whatever the host: there a process may not have faults in
/// the kernel told.
/// </remarks>
public static class LazyRestoreProbe
{
    // "uffd" alone says little: without news of forks and moves every program would have to be of the simplest.
    private static readonly string[] Features = ["uffd", "uffd-noncoop"];

    /// <summary>Probes; takes a few tens of milliseconds.</summary>
    /// <param name="criu">CRIU's path, or its name to be found by PATH.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    /// <returns>Why it cannot, in a sentence; null if it can.</returns>
    public static async Task<string?> RunAsync(string criu = "criu", CancellationToken cancellationToken = default)
    {
        var error = UserFaultDescriptor.Open(UserFaultFeatures.AllEvents, out var faults);
        faults.Dispose();
        if (error != Errno.None)
            return $"The kernel does not let memory arrive while a container runs: userfaultfd says {error.Describe()}.";
        try
        {
            foreach (var feature in Features)
            {
                var check = await Command.Of(criu, "check", "--feature", feature).RunAsync(cancellationToken);
                if (!check.Succeeded)
                    return $"CRIU cannot restore a container whose memory arrives while it runs (criu check --feature {feature}).";
            }
        }
        catch (Win32Exception)
        {
            return "CRIU is not installed.";
        }

        return null;
    }
}
