using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// What overlayfs noted in an inode's <c>trusted.overlay.*</c> attributes (Documentation/filesystems/overlayfs.rst), told
/// apart from the attributes that the container sees.
/// </summary>
/// <param name="IsOpaque">The directory hides what is below it.</param>
/// <param name="HasXattrWhiteouts">Some of the directory's empty files are whiteouts.</param>
/// <param name="IsRedirected">The directory is merged with another one than that of its own name.</param>
/// <param name="HasNoData">Only the metadata is here, the content further down (metacopy).</param>
/// <param name="IsWhiteout">The empty file stands for a removed entry.</param>
/// <param name="IsImmutable">chattr +i, which overlayfs keeps here and not in the inode.</param>
/// <param name="IsAppendOnly">chattr +a, likewise.</param>
/// <param name="Xattrs">What the container sees.</param>
internal sealed record OverlayNotes(
    bool IsOpaque,
    bool HasXattrWhiteouts,
    bool IsRedirected,
    bool HasNoData,
    bool IsWhiteout,
    bool IsImmutable,
    bool IsAppendOnly,
    IReadOnlyList<Xattr> Xattrs)
{
    private static ReadOnlySpan<byte> Prefix => "trusted.overlay."u8;

    /// <summary>Reads the notes out of all attributes.</summary>
    public static OverlayNotes Of(IReadOnlyList<Xattr> xattrs)
    {
        if (!xattrs.Any(IsNote))
            return new OverlayNotes(false, false, false, false, false, false, false, xattrs);
        var opaque = xattrs.FirstOrDefault(x => x.Is("trusted.overlay.opaque"u8))?.Value ?? [];
        var protection = xattrs.FirstOrDefault(x => x.Is("trusted.overlay.protattr"u8))?.Value ?? [];
        return new OverlayNotes(
            IsOpaque: opaque.AsSpan().SequenceEqual("y"u8),
            HasXattrWhiteouts: opaque.AsSpan().SequenceEqual("x"u8),
            IsRedirected: xattrs.Any(x => x.Is("trusted.overlay.redirect"u8)),
            HasNoData: xattrs.Any(x => x.Is("trusted.overlay.metacopy"u8)),
            IsWhiteout: xattrs.Any(x => x.Is("trusted.overlay.whiteout"u8)),
            IsImmutable: protection.Contains((byte)'i'),
            IsAppendOnly: protection.Contains((byte)'a'),
            Xattrs: [.. xattrs.Where(x => !IsNote(x) || IsEscaped(x)).Select(Unescape)]);
    }

    private static bool IsNote(Xattr xattr) => xattr.Name.AsSpan().StartsWith(Prefix);

    /// <summary>An overlay inside the container keeps its notes too, which the outer one stores under longer names.</summary>
    private static bool IsEscaped(Xattr xattr) => xattr.Name.AsSpan().StartsWith("trusted.overlay.overlay."u8);

    private static Xattr Unescape(Xattr xattr) =>
        IsEscaped(xattr) ? xattr with { Name = [.. Prefix, .. xattr.Name.AsSpan("trusted.overlay.overlay.".Length)] } : xattr;
}
