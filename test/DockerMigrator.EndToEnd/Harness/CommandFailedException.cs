using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A command that had to work did not.</summary>
public sealed class CommandFailedException(string command, CommandResult result)
    : Exception($"'{command}' ended with status {result.ExitCode}\nstdout: {result.Stdout}\nstderr: {result.Stderr}")
{
    public CommandResult Result => result;
}
