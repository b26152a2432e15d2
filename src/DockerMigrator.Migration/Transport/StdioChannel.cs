using DockerMigrator.Protocol;

namespace DockerMigrator.Migration.Transport;

/// <summary>The agent's side of <see cref="SshChannel"/>: its own standard input and output.</summary>
public sealed class StdioChannel : IByteChannel
{
    /// <inheritdoc/>
    public string Peer => "the source";

    /// <inheritdoc/>
    public Stream Input { get; } = Console.OpenStandardInput();

    /// <inheritdoc/>
    public Stream Output { get; } = Console.OpenStandardOutput();

    /// <inheritdoc/>
    public ValueTask<string?> ExplainEndAsync() => ValueTask.FromResult<string?>(null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
