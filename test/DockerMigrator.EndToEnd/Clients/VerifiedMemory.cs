using System.Globalization;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>What the lab's memzoo and memhog say about their memory, which they verify all the time.</summary>
internal static class VerifiedMemory
{
    private const string Verified = "VERIFIED ";

    // Full rounds take a second or two; more on a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // To ask takes longer than to verify, on a slow machine.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>How often all of it was found to be right; fails if anything ever was not.</summary>
    public static async Task<long> RoundsAsync(LabHost host, string name)
    {
        var log = await host.TryDockerAsync("logs", name);
        var lines = $"{log.Stdout}\n{log.Stderr}".Split('\n');
        lines.Where(line => line.StartsWith("MISMATCH", StringComparison.Ordinal)).Should().BeEmpty("{0} on {1} holds its memory", name, host.Name);
        (await host.DockerAsync("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", name)).Should().Be("running 0", "{0} says: {1}", name, log.Stderr);
        return lines.Where(line => line.StartsWith(Verified, StringComparison.Ordinal))
            .Select(line => long.Parse(line.AsSpan(Verified.Length), CultureInfo.InvariantCulture))
            .DefaultIfEmpty()
            .Max();
    }

    /// <summary>Waits until all of it was verified for so many rounds.</summary>
    public static Task WaitForAsync(LabHost host, string name, long rounds) =>
        Eventually.IsTrueAsync($"{name} on {host.Name} has verified {rounds} rounds", async () => await RoundsAsync(host, name) >= rounds, Limit, Pause);

    /// <summary>Fails unless all of it is verified once more, from now on.</summary>
    public static async Task VerifyGoesOnAsync(LabHost host, string name)
    {
        // The next round that ends may have begun before; and each worker of several has its own.
        await WaitForAsync(host, name, await RoundsAsync(host, name) + 2);
    }
}
