namespace DockerMigrator.Protocol.Messages;

/// <summary>The bulk data of a "Receive" request is stored.</summary>
/// <param name="Entries">Files and directories, where it was a tree; else 0.</param>
/// <param name="Bytes">Bytes of content.</param>
public sealed record Received(long Entries, long Bytes) : Reply
{
    /// <summary>Why an image from which layers were left out could not be made whole, so that it is not there; null if it is.</summary>
    public string? Incomplete { get; init; }
}
