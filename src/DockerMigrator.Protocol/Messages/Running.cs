namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Commit"/>: the container runs here.</summary>
public sealed record Running : Reply
{
    /// <summary>For how long it has run already, in milliseconds: one that was started anew is watched for a moment first.</summary>
    public double SinceMs { get; init; }
}
