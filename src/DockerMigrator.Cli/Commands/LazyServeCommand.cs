using System.CommandLine;
using DockerMigrator.Memory.Serving;

namespace DockerMigrator.Cli.Commands;

/// <summary>
/// <c>lazy-serve</c>, which the agent starts to deliver memory to a container that it restores, and <c>lazy-work</c>, which that starts.
/// Not for people.
/// </summary>
internal static class LazyServeCommand
{
    public static IEnumerable<Command> Create() =>
    [
        Create(LazyServerProcess.CommandName, static (container, pages) => LazyKeeper.Run(Environment.ProcessPath!, container, pages)),
        Create(LazyKeeper.WorkerCommandName, LazyWorker.Run),
    ];

    private static Command Create(string name, Func<string, string, bool> run)
    {
        var container = new Argument<string>("CONTAINER");
        var pages = new Argument<string>("PAGES");
        var command = new Command(name) { container, pages };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var detachment = new Detachment();
            return run(parsed.GetRequiredValue(container), parsed.GetRequiredValue(pages)) ? ExitCodes.Success : ExitCodes.Failed;
        });
        return command;
    }
}
