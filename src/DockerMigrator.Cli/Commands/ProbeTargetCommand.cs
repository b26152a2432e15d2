using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace DockerMigrator.Cli.Commands;

/// <summary>A tiny process with a listening socket, for the probe that dumps it to see whether CRIU works on this host.</summary>
internal static class ProbeTargetCommand
{
    public static Command Create()
    {
        var command = new Command("probe-target", "Used by the probe of CRIU.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return ExitCodes.Success;
        });
        return command;
    }
}
