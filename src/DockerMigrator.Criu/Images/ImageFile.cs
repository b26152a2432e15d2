namespace DockerMigrator.Criu.Images;

/// <summary>A file of an image directory.</summary>
/// <param name="Name">File name; see <see cref="IsValidName"/>.</param>
/// <param name="Length">Size in bytes.</param>
public sealed record ImageFile(string Name, long Length)
{
    /// <summary>First word of an image that CRIU restores from, little-endian.</summary>
    public const uint CommonMagic = 0x54564319;

    /// <summary>First word of a service image (statistics), little-endian.</summary>
    public const uint ServiceMagic = 0x55105940;

    /// <summary>Second word of <c>stats-dump</c>.</summary>
    public const uint StatisticsMagic = 0x57093306;

    /// <summary>Longest accepted name.</summary>
    public const int LongestName = 255;

    /// <summary>The regular files of an image directory in order of name.</summary>
    /// <exception cref="Errors.CriuException">It holds something that no CRIU image directory holds.</exception>
    public static IReadOnlyList<ImageFile> List(string directory)
    {
        var files = new List<ImageFile>();
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is not FileInfo file || file.LinkTarget is not null || !IsValidName(file.Name))
                throw new Errors.CriuException($"The image directory holds {entry.Name}, which is not an image file.");
            files.Add(new ImageFile(file.Name, file.Length));
        }

        return files;
    }

    /// <summary>Whether a name is one that CRIU and runc give to image files: letters, digits, <c>. _ -</c>, and no path.</summary>
    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..")
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
