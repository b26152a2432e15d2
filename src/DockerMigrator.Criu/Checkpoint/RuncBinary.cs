using System.ComponentModel;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>A runc and what it can do.</summary>
/// <param name="Path">Path or name by which it is started.</param>
/// <param name="Version">Its version, as it says (<c>1.3.6+ds1</c>).</param>
/// <param name="HasSkipInFlight">Whether <c>checkpoint</c> has the flag <c>--tcp-skip-in-flight</c>.</param>
public sealed record RuncBinary(string Path, string Version, bool HasSkipInFlight)
{
    /// <summary>Asks a runc for its version and flags; 20 ms or so, so not while the container is frozen.</summary>
    /// <exception cref="CriuException">There is no such program, or it is not runc.</exception>
    public static async Task<RuncBinary> InspectAsync(string path = "runc", CancellationToken cancellationToken = default)
    {
        try
        {
            var version = await Command.Of(path, "--version").RunAsync(cancellationToken);
            var help = await Command.Of(path, "checkpoint", "--help").RunAsync(cancellationToken);
            if (!version.Succeeded || ParseVersion(version.Stdout) is not { } number)
                throw new CriuException($"{path} does not answer as runc does: {version.LastWords}");
            return new RuncBinary(path, number, help.Stdout.Contains("--tcp-skip-in-flight"));
        }
        catch (Win32Exception exception)
        {
            throw new CriuException($"The container runtime {path} cannot be started: {exception.Message}.", exception);
        }
    }

    /// <summary>The version in the first line of <c>runc --version</c>; null if there is none.</summary>
    public static string? ParseVersion(string text)
    {
        var words = text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is [_, "version", var version, ..] ? version : null;
    }
}
