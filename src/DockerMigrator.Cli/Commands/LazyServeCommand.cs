using System.CommandLine;
using DockerMigrator.Memory.Serving;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>lazy-serve</c>: what the agent starts to deliver memory to a container that it restores. Not for people.</summary>
internal static class LazyServeCommand
{
    public static Command Create()
    {
        var container = new Argument<string>("CONTAINER");
        var pages = new Argument<string>("PAGES");
        var command = new Command(LazyServerProcess.CommandName) { container, pages };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var detachment = new Detachment();
            return LazyServing.Run(parsed.GetRequiredValue(container), parsed.GetRequiredValue(pages)) ? ExitCodes.Success : ExitCodes.Failed;
        });
        return command;
    }
}
