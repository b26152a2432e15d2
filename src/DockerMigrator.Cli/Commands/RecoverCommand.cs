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
            try
            {
                return await RecoverAsync(new TlsFiles(parsed.GetRequiredValue(tls)), signals.Token) ? ExitCodes.Success : ExitCodes.InDoubt;
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                Words.Error("Cancelled. What is not settled yet waits for the next \"docker-migrator recover\".");
                return ExitCodes.Cancelled;
            }
        });
        return command;
    }

    private static async Task<bool> RecoverAsync(TlsFiles tls, CancellationToken cancelled)
    {
        using var docker = await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), cancelled);
        foreach (var sentence in await TargetRecovery.SweepAsync(docker))
            await Console.Error.WriteLineAsync(Words.OneLine(sentence));
        return await SourceRecovery.RunAsync(docker, tls, sentence => Console.Error.WriteLine(Words.OneLine(sentence)), cancelled);
    }
}
