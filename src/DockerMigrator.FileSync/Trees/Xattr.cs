namespace DockerMigrator.FileSync.Trees;

/// <summary>An extended attribute.</summary>
/// <param name="Name">With its namespace, as bytes: "user.x".</param>
/// <param name="Value">Any bytes, at most 64 KiB.</param>
public sealed record Xattr(byte[] Name, byte[] Value)
{
    /// <summary>Whether this is its name.</summary>
    public bool Is(ReadOnlySpan<byte> name) => Name.AsSpan().SequenceEqual(name);
}
