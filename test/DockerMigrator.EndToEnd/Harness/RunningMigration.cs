using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A <c>docker-migrator migrate --json</c> under way in a lab host.</summary>
public sealed class RunningMigration : IAsyncDisposable
{
    // Longer than the tool's own patience with a target that does not answer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    /// <summary>The tracker that all migrations are to use which do not name another; null leaves it to them.</summary>
    public static readonly string? ForcedTracker = Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_TEST_TRACKER");

    private static int s_next;

    private readonly LabHost _source;
    private readonly Process _process;
    private readonly string _pidFile;
    private readonly StringBuilder _stderr = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _phases = new();
    private readonly Task<string> _stdout;
    private readonly Task _stderrEnd;

    private RunningMigration(LabHost source, string[] arguments)
    {
        _source = source;
        _pidFile = $"/run/e2e-migrate-{Interlocked.Increment(ref s_next)}.pid";
        var start = new ProcessStartInfo(LabTool.Path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in LabTool.Environment)
            start.Environment[name] = value;
        if (ForcedTracker is { Length: > 0 } tracker && !arguments.Contains("--tracker") && !arguments.Contains("--strategy"))
            arguments = [.. arguments, "--tracker", tracker];
        string[] words = ["on", source.Name, "sh", "-c", $"echo $$ >{_pidFile}; exec docker-migrator migrate --json \"$@\"", "migrate", .. arguments];
        foreach (var word in words)
            start.ArgumentList.Add(word);
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _stdout = _process.StandardOutput.ReadToEndAsync();
        _stderrEnd = ReadStderrAsync();
    }

    /// <summary>Starts one. Everything from the container's name on is as on the command line.</summary>
    public static RunningMigration Start(LabHost source, params string[] arguments) => new(source, arguments);

    /// <summary>Migrates to the end, however it ends.</summary>
    public static async Task<MigrationResult> RunAsync(LabHost source, params string[] arguments)
    {
        await using var migration = Start(source, arguments);
        return await migration.EndAsync();
    }

    /// <summary>Waits until a phase is over, or the migration.</summary>
    public Task PhaseAsync(string phase) => Task.WhenAny(Phase(phase).Task, _stderrEnd);

    /// <summary>Whether a phase is over.</summary>
    public bool HasEnded(string phase) => Phase(phase).Task.IsCompleted;

    /// <summary>Sends a signal to the command itself, and to nothing around it.</summary>
    public async Task SignalAsync(string signal)
    {
        await Eventually.IsTrueAsync("the command has begun", () => File.Exists(_source.PathOf(_pidFile)) && new FileInfo(_source.PathOf(_pidFile)).Length > 0);
        await _source.TryOnAsync("sh", "-c", $"kill -{signal} $(cat {_pidFile})");
    }

    public async Task<MigrationResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"docker-migrator does not end; so far it said:\n{_stderr}", e);
        }

        await _stderrEnd;
        return new MigrationResult(_process.ExitCode, await _stdout, _stderr.ToString());
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private TaskCompletionSource Phase(string phase) =>
        _phases.GetOrAdd(phase, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task ReadStderrAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _stderr.AppendLine(line);
            // "  copy         12 ms: 4 files and directories"
            if (line.StartsWith("  ", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var phase, ..])
                Phase(phase).TrySetResult();
        }
    }
}
