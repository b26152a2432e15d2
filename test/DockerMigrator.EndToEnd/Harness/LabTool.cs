using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>The command <c>lab/lab</c>, in a lab of the tests' own.</summary>
internal static class LabTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // Building root trees and images, the first time.
    private static readonly TimeSpan LongLimit = TimeSpan.FromMinutes(20);

    private static readonly string Repository = FindRepository();

    public static string Path { get; } = System.IO.Path.Combine(Repository, "lab", "lab");

    public static IReadOnlyDictionary<string, string?> Environment { get; } = new Dictionary<string, string?>
    {
        ["DOCKER_MIGRATOR_LAB"] = System.Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_LAB") ?? "e2e",
    };

    /// <summary>Runs it, and throws if it fails.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var result = await TryRunAsync(arguments);
        return result.Succeeded
            ? result.Stdout.TrimEnd('\n')
            : throw new CommandFailedException($"lab {string.Join(' ', arguments)}", result);
    }

    public static async Task<CommandResult> TryRunAsync(params string[] arguments) => await TryRunAsync(null, arguments);

    public static async Task<CommandResult> TryRunAsync(string? input, string[] arguments)
    {
        using var limit = new CancellationTokenSource(arguments[0] is "up" or "image" ? LongLimit : Limit);
        return await new Command(Path, arguments) { Environment = Environment, Input = input }.RunAsync(limit.Token);
    }

    private static string FindRepository()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = System.IO.Path.GetDirectoryName(directory))
        {
            if (File.Exists(System.IO.Path.Combine(directory, "docker-migrator.slnx")))
                return directory;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in the repository.");
    }
}
