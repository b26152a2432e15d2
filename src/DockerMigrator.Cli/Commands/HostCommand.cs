using System.CommandLine;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Criu.Probe;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>host setup</c> and <c>host remove</c>: the one line in Docker's configuration that a target needs.</summary>
internal static class HostCommand
{
    private const string RuntimeName = "docker-migrator-runtime";

    public static Command Create()
    {
        var runtime = new Option<string?>("--runtime") { Description = $"Path of {RuntimeName}; by default beside docker-migrator.", HelpName = "PATH" };
        var setup = new Command("setup", "Register the restore runtime with this host's Docker. Docker is not restarted.") { runtime };
        setup.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(runtime) ?? BesideUs();
            using var docker = await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), cancellationToken);
            var change = await HostSetup.RunAsync(docker, path, cancellationToken);
            await Console.Error.WriteLineAsync(change.Changed ? $"Registered {path} in {change.ConfigFile}." : "This host is set up already.");
            var probe = await HostProbe.RunAsync(cancellationToken: cancellationToken);
            if (probe.Criu.Problem is not { } problem)
                return ExitCodes.Success;
            Words.Warning($"The runtime is registered, but no container can be moved yet: {problem}");
            return ExitCodes.Refused;
        });

        var remove = new Command("remove", "Take the restore runtime out of Docker's configuration again.");
        remove.SetAction(async (_, cancellationToken) =>
        {
            using var docker = await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), cancellationToken);
            var change = await HostRemove.RunAsync(docker, cancellationToken);
            await Console.Error.WriteLineAsync(change.Changed ? $"Taken out of {change.ConfigFile}." : "There was nothing to take out.");
            return ExitCodes.Success;
        });

        return new Command("host", "Prepare this host's Docker.") { setup, remove };
    }

    private static string BesideUs()
    {
        var path = Path.Combine(AppContext.BaseDirectory, RuntimeName);
        return File.Exists(path)
            ? path
            : throw new MigratorException($"{RuntimeName} is not beside docker-migrator in {AppContext.BaseDirectory}: install it there, or give its place by --runtime.");
    }
}
