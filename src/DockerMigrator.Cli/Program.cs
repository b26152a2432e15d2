using System.CommandLine;
using DockerMigrator.Cli.Commands;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Cli;

internal static class Program
{
    // The pool begins with a thread a processor, and waits for half a second before it makes another: on a host with one processor, whatever
    // waits for a connection (files and pages are written by code that waits) kept everything else waiting, too.
    private const int LeastThreads = 16;

    private static async Task<int> Main(string[] arguments)
    {
        ThreadPool.SetMinThreads(LeastThreads, LeastThreads);
        var root = new RootCommand("Moves a running Docker container to another host without shutting it down.")
        {
            MigrateCommand.Create(),
            RecoverCommand.Create(),
            HostCommand.Create(),
            TlsCommand.Create(),
            AgentCommand.Create(),
            StatusCommand.Create(),
            TrackHelperCommand.Create(),
            ThawHelperCommand.Create(),
        };
        foreach (var command in LazyServeCommand.Create().Concat(TreeCommand.Create()))
            root.Add(command);
        try
        {
            var parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors)
                    Words.Error(error.Message);
                await Console.Error.WriteLineAsync("Try \"docker-migrator --help\".");
                return ExitCodes.Usage;
            }

            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (MigratorException e)
        {
            Words.Error(e.Message);
            return ExitCodes.Refused;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Not expected: the type and place are what a bug report needs, in a sentence all the same.
            Words.Error($"docker-migrator failed in a way its authors did not foresee: {e.GetType().Name}: {e.Message}");
            if (Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_DEBUG") is { Length: > 0 })
                await Console.Error.WriteLineAsync(e.ToString());
            return ExitCodes.Failed;
        }
    }
}
