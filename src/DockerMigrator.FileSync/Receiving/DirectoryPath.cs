namespace DockerMigrator.FileSync.Receiving;

/// <summary>Where in the tree a directory is: for messages, put together only when there is one.</summary>
internal sealed class DirectoryPath(DirectoryPath? parent, byte[] name)
{
    /// <summary>The root.</summary>
    public static DirectoryPath Root { get; } = new(null, []);

    /// <summary>The path from the root to an entry of the directory, or to the directory itself if the name is empty.</summary>
    public byte[] PathTo(ReadOnlySpan<byte> entry)
    {
        var names = new List<byte[]> { entry.ToArray() };
        for (var directory = this; directory.Parent is not null; directory = directory.Parent)
            names.Add(directory.Name);
        names.Reverse();
        return [.. names.Where(part => part.Length > 0).SelectMany((part, i) => i == 0 ? part : [(byte)'/', .. part])];
    }

    private DirectoryPath? Parent => parent;

    private byte[] Name => name;
}
