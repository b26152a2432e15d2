using System.Diagnostics;

namespace DockerMigrator.Native.Processes;

/// <summary>Runs a program of the host (<c>runc</c>, <c>criu</c>, <c>nft</c> …) to its end and collects what it said.</summary>
public sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables to set besides the inherited ones; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Written to the program's standard input, which is then closed; null gives it an empty input.</summary>
    public string? Input { get; init; }

    /// <summary>The program's working directory; null inherits.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A command from its words.</summary>
    public static Command Of(string program, params string[] arguments) => new(program, arguments);

    /// <summary>Runs it. A cancelled run kills the whole process tree before this throws.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program is not there or may not be run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the program is gone.</exception>
    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken = default)
    {
        using var process = new Process { StartInfo = CreateStartInfo() };
        process.Start();
        var stdout = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var stderr = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await FeedAsync(process, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, await stdout, await stderr);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task FeedAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            if (Input is not null)
                await process.StandardInput.WriteAsync(Input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: its exit status tells the story.
        }
    }

    private ProcessStartInfo CreateStartInfo()
    {
        var info = new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (WorkingDirectory is not null)
            info.WorkingDirectory = WorkingDirectory;
        foreach (var argument in Arguments)
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment)
        {
            if (value is null)
                info.Environment.Remove(name);
            else
                info.Environment[name] = value;
        }

        return info;
    }
}
