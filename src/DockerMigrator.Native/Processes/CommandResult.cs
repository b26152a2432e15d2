namespace DockerMigrator.Native.Processes;

/// <summary>What a finished child process left behind.</summary>
/// <param name="ExitCode">Its exit status; 128 + signal number if a signal ended it.</param>
/// <param name="Stdout">All of its standard output, decoded as UTF-8.</param>
/// <param name="Stderr">All of its standard error, decoded as UTF-8.</param>
public sealed record CommandResult(int ExitCode, string Stdout, string Stderr)
{
    /// <summary>Whether the process ended with status 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last non-empty line of standard error (else of standard output): what to show a user.</summary>
    public string LastWords
    {
        get
        {
            var text = string.IsNullOrWhiteSpace(Stderr) ? Stdout : Stderr;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length == 0 ? $"exit status {ExitCode} without a word" : lines[^1];
        }
    }
}
