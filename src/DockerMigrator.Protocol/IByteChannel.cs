namespace DockerMigrator.Protocol;

/// <summary>A reliable, ordered, two-way stream of bytes to the other side: over ssh, TLS or a Unix socket.</summary>
public interface IByteChannel : IAsyncDisposable
{
    /// <summary>Who is at the other end, for messages to people.</summary>
    string Peer { get; }

    /// <summary>What the other side sends.</summary>
    Stream Input { get; }

    /// <summary>What the other side gets.</summary>
    Stream Output { get; }

    /// <summary>
    /// Why the channel ended, if it knows better than "the connection was closed" (ssh's own last words, say); null if not.
    /// </summary>
    ValueTask<string?> ExplainEndAsync();
}
