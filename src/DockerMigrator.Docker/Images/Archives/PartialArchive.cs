using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Docker.Images.Archives;

/// <summary>
/// An image's archive without some of its layers, and without the end of a tar archive, so that it can be completed by
/// entries that are put behind it: where in an archive an entry comes is all the same to Docker.
/// </summary>
internal static class PartialArchive
{
    /// <summary>Passes an archive on, but for some of its files.</summary>
    /// <exception cref="DockerException">The archive is damaged or breaks off.</exception>
    public static async Task CopyAsync(Stream archive, IReadOnlySet<string> leftOut, Stream target, CancellationToken cancellationToken)
    {
        var reader = new TarReader(archive);
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            if (entry.IsFile && leftOut.Contains(entry.Name))
                continue;
            await target.WriteAsync(entry.Header, cancellationToken);
            await reader.CopyAsync(target, cancellationToken);
        }
    }

    /// <summary>Writes those files of an archive that are wanted, under the names that they are wanted by, and stops when it has all.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="wanted">New names by names in the archive; those that were written are taken out.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task PickAsync(Stream archive, Dictionary<string, string> wanted, Stream target, CancellationToken cancellationToken)
    {
        var reader = new TarReader(archive);
        while (wanted.Count > 0 && await reader.NextAsync(cancellationToken) is { } entry)
        {
            if (!entry.IsFile || !wanted.Remove(entry.Name, out var name))
                continue;
            await target.WriteAsync(TarBlock.Write(name, entry.Size), cancellationToken);
            await reader.CopyAsync(target, cancellationToken);
        }
    }

    /// <summary>Ends a tar archive.</summary>
    public static ValueTask EndAsync(Stream target, CancellationToken cancellationToken) =>
        target.WriteAsync(new byte[2 * TarBlock.Length], cancellationToken);
}
