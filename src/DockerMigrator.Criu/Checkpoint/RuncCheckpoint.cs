using System.ComponentModel;
using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Logs;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>
/// Dumps a frozen container by <c>runc checkpoint --leave-running</c>: the container is frozen before, during and after,
/// so that undoing a migration is thawing it.
/// </summary>
public static class RuncCheckpoint
{
    /// <summary>Name of CRIU's log in the work directory.</summary>
    public const string LogFile = "dump.log";

    private const string ConfigFile = "criu.conf";

    /// <summary>
    /// Dumps. This cannot be cancelled: killing CRIU in its middle would thaw the container behind Docker's back.
    /// </summary>
    /// <exception cref="CriuException">
    /// The container was not frozen, CRIU failed (in its own words), or the container was thawed during the dump.
    /// </exception>
    public static async Task<CheckpointResult> RunAsync(CheckpointRequest request)
    {
        if (!request.Freezer.IsFrozen)
            throw new CriuException("The container is not frozen, so it would run on after the dump.");
        var configPath = Path.Combine(request.WorkDirectory, ConfigFile);
        request.Config.Write(configPath);
        var start = Stopwatch.GetTimestamp();
        CommandResult result;
        try
        {
            result = await CreateCommand(request, configPath).RunAsync(CancellationToken.None);
        }
        catch (Win32Exception exception)
        {
            throw new CriuException($"The container runtime {request.Runc.Path} cannot be started: {exception.Message}.", exception);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        if (!result.Succeeded)
            throw new CriuException(Explain(request, result));
        if (!request.Freezer.IsFrozen)
            throw new CriuException("The container was thawed while it was dumped, so the dump is out of date.");
        return new CheckpointResult(elapsed, DumpStatistics.Read(request.WorkDirectory), ImageFile.List(request.ImageDirectory));
    }

    /// <summary>The command line and environment of the dump.</summary>
    /// <param name="request">What to dump.</param>
    /// <param name="configPath">CRIU's configuration file.</param>
    public static Command CreateCommand(CheckpointRequest request, string configPath)
    {
        List<string> arguments =
        [
            "--root", request.Container.Root, "checkpoint",
            "--image-path", request.ImageDirectory, "--work-path", request.WorkDirectory,
            "--leave-running", "--tcp-established", "--ext-unix-sk", "--file-locks",
        ];
        // A runc that knows the flag always passes it on, and what it passes overrides the configuration file.
        if (request.Runc.HasSkipInFlight && request.Config.SkipInFlight)
            arguments.Add("--tcp-skip-in-flight");
        arguments.AddRange(request.ExtraArguments);
        arguments.Add(request.Container.Id);
        var environment = new Dictionary<string, string?>(request.Environment) { [CriuConfig.Variable] = configPath };
        return new Command(request.Runc.Path, arguments) { Environment = environment };
    }

    private static string Explain(CheckpointRequest request, CommandResult result)
    {
        var errors = CriuLog.LastErrors(Path.Combine(request.WorkDirectory, LogFile));
        return errors.Count > 0
            ? $"The container cannot be dumped. {CriuLog.Quote(errors)}."
            : $"The container cannot be dumped. runc says: {result.LastWords}.";
    }
}
