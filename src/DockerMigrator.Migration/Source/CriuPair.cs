using DockerMigrator.Criu.Probe;

namespace DockerMigrator.Migration.Source;

/// <summary>Whether images of one CRIU can be restored by another.</summary>
public static class CriuPair
{
    // With 4.2 the entries of the page map got 64-bit counts: neither side reads the other's.
    private static readonly Version PageMapChange = new(4, 2);

    /// <summary>Checks the two versions.</summary>
    /// <param name="source">CRIU's version on the source; null if it does not tell one that can be read.</param>
    /// <param name="targetText">CRIU's version on the target, as it tells it.</param>
    /// <param name="targetName">The target's name, for messages.</param>
    /// <exception cref="RefusedException">They do not fit.</exception>
    public static void Check(Version? source, string? targetText, string targetName)
    {
        if (source is null || targetText is null || CriuProbe.ParseNumber(targetText) is not { } target)
            return;
        if ((source >= PageMapChange) != (target >= PageMapChange))
            throw new RefusedException([$"CRIU is {source} here and {target} on {targetName}: the format of memory images changed with {PageMapChange}, so both must be older or both as new."]);
        if (Core(target) < Core(source))
            throw new RefusedException([$"CRIU on {targetName} is {target}, older than {source} here: an older CRIU cannot be relied upon to read a newer one's images; upgrade it there."]);
    }

    private static Version Core(Version version) => new(version.Major, version.Minor);
}
