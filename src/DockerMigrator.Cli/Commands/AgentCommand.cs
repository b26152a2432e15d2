using System.CommandLine;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Migration.Target;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Tls;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>agent</c>: the target's side, started by ssh or waiting for sources.</summary>
internal static class AgentCommand
{
    public static Command Create()
    {
        var stdio = new Option<bool>("--stdio") { Description = "Speak on standard input and output; this is what ssh starts." };
        var listen = new Option<string?>("--listen") { Description = "Wait for sources: by mutual TLS on ADDRESS:PORT or :PORT, or on unix:///PATH.", HelpName = "ADDRESS" };
        var tls = CommonOptions.TlsDirectory();
        var command = new Command("agent", "Take containers from other hosts.") { stdio, listen, tls };
        command.Validators.Add(result =>
        {
            if (result.GetValue(stdio) == result.GetValue(listen) is not null)
                result.AddError("The agent needs either --stdio or --listen.");
        });
        command.SetAction(async (parsed, _) => parsed.GetValue(listen) is { } address
            ? await ListenAsync(address, new TlsFiles(parsed.GetRequiredValue(tls)))
            : await ServeStdioAsync());
        return command;
    }

    private static async Task<int> ServeStdioAsync()
    {
        using var signals = new StopSignals();
        await using var session = new AgentSession(new StdioChannel());
        await session.RunAsync(signals.Token);
        return ExitCodes.Success;
    }

    private static async Task<int> ListenAsync(string address, TlsFiles tls)
    {
        using var signals = new StopSignals();
        using var listener = AgentListener.Open(address, tls);
        await Console.Error.WriteLineAsync($"docker-migrator agent listens on {listener.Address}.");
        await listener.RunAsync(Words.Warning, signals.Token);
        return ExitCodes.Success;
    }
}
