namespace DockerMigrator.Docker.Images.Archives;

/// <summary>An entry of a tar archive whose content is to be read next.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="IsFile">Whether it is a regular file.</param>
/// <param name="Header">All blocks before the content as they were, with those that say more than its own header can.</param>
internal sealed record TarEntry(string Name, long Size, bool IsFile, ReadOnlyMemory<byte> Header);
