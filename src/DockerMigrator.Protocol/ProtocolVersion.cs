namespace DockerMigrator.Protocol;

/// <summary>The version of the conversation between source and agent.</summary>
public static class ProtocolVersion
{
    /// <summary>
    /// Raised by one whenever an old agent could misunderstand a new source or the other way round. Fields may be added
    /// to messages without raising it: unknown fields are ignored by both sides.
    /// </summary>
    public const int Current = 3;
}
