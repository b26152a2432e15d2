using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// What CRIU does to a container's files while it dumps, which is when the last pass is made: for each mount that others cover it makes
/// the directory <c>/tmp/cr-tmpfs.XXXXXX</c> for a moment, or <c>/cr-tmpfs.XXXXXX</c> where there is no <c>/tmp</c> (<c>get_clean_mnt</c> in its <c>mount.c</c>).
/// </summary>
internal static class CriuTraces
{
    private const int RandomLength = 6;

    /// <summary>Whether such a directory is named so.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => name.StartsWith("cr-tmpfs."u8) && name.Length == "cr-tmpfs."u8.Length + RandomLength;

    /// <summary>Whether such a directory may have come and gone in a directory, so that its times are others.</summary>
    /// <param name="depth">How deep it lies; 0 is the root.</param>
    /// <param name="name">Its name.</param>
    public static bool MayBeIn(int depth, ReadOnlySpan<byte> name) => depth == 0 || (depth == 1 && name.SequenceEqual("tmp"u8));

    /// <summary>Whether two looks at a directory differ in no more than it takes for that.</summary>
    public static bool DifferInTimesOnly(in FileStatus before, in FileStatus now) =>
        (before.FileSystem, before.Inode, before.Kind, before.Permissions, before.Owner, before.Group) == (now.FileSystem, now.Inode, now.Kind, now.Permissions, now.Owner, now.Group);
}
