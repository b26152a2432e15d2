using System.CommandLine;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Source;
using DockerMigrator.Migration.Target;
using DockerMigrator.Migration.Transport.Tls;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>recover</c>: settles what a crash left unfinished on this host, as source or as target.</summary>
internal static class RecoverCommand
{
    public static Command Create()
    {
        var tls = CommonOptions.TlsDirectory();
        var command = new Command("recover", "Settle migrations that a crash or a lost connection left unfinished on this host.") { tls };
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new StopSignals();
            using var docker = await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), signals.Token);
            foreach (var sentence in await TargetRecovery.SweepAsync(docker))
                await Console.Error.WriteLineAsync(Words.OneLine(sentence));
            var settled = await SourceRecovery.RunAsync(
                docker, new TlsFiles(parsed.GetRequiredValue(tls)), sentence => Console.Error.WriteLine(Words.OneLine(sentence)), signals.Token);
            return settled ? ExitCodes.Success : ExitCodes.InDoubt;
        });
        return command;
    }
}
