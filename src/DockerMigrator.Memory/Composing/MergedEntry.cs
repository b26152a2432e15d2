using DockerMigrator.Criu.Images;

namespace DockerMigrator.Memory.Composing;

/// <summary>An entry of the image that is to be written.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="IsStored">Whether its pages are in the store; else they are where CRIU put them.</param>
public sealed record MergedEntry(PagemapEntry Entry, bool IsStored)
{
    /// <summary>Whether its pages have a place in the file of pages.</summary>
    public bool IsPresent => Entry.Flags.HasFlag(PagemapFlags.Present);
}
