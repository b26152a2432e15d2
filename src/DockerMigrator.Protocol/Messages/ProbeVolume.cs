namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// Is what is mounted there the same as the source's? It is if the file is seen in it that the source has just written. Asked when
/// the container has been created.
/// </summary>
/// <param name="Destination">Where the volume or bind mount is in the container.</param>
/// <param name="FileName">The file's name, see <see cref="IsProbeName"/>.</param>
/// <param name="IsExpected">Whether it should be the same, so that it is worth to look more than once.</param>
public sealed record ProbeVolume(string Destination, string FileName, bool IsExpected) : Request
{
    private const string Prefix = ".docker-migrator-probe-";

    /// <summary>A name that no file has had before.</summary>
    public static string NewName() => $"{Prefix}{Guid.NewGuid():N}";

    /// <summary>Whether a name that came from elsewhere is one, and no path.</summary>
    public static bool IsProbeName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length == Prefix.Length + 32 && name[Prefix.Length..].All(char.IsAsciiHexDigitLower);
}
