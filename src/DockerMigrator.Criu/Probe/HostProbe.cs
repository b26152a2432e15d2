using DockerMigrator.Criu.Checkpoint;

namespace DockerMigrator.Criu.Probe;

/// <summary>What a host has for dumping and restoring.</summary>
/// <param name="Runc">Its runc.</param>
/// <param name="Criu">Its CRIU.</param>
/// <param name="HasNft">Whether it has the program <c>nft</c>, good for looking at a lock; nothing here needs it.</param>
public sealed record HostProbe(RuncBinary Runc, CriuProbeResult Criu, bool HasNft)
{
    /// <summary>Probes this host.</summary>
    /// <exception cref="Errors.CriuException">It has no runc.</exception>
    public static async Task<HostProbe> RunAsync(string runc = "runc", string criu = "criu", CancellationToken cancellationToken = default)
    {
        var inspection = RuncBinary.InspectAsync(runc, cancellationToken);
        var probe = CriuProbe.RunAsync(criu, cancellationToken);
        return new HostProbe(await inspection, await probe, IsInstalled("nft"));
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(directory => File.Exists(Path.Combine(directory, program)));
}
