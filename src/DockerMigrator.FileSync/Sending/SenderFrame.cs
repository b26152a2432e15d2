using DockerMigrator.FileSync.Trees;
using DockerMigrator.FileSync.Wire;

namespace DockerMigrator.FileSync.Sending;

/// <summary>A directory that a pass is in.</summary>
internal sealed class SenderFrame(byte[] name, UInt128 key, SourceDirectory directory, DirectoryMemoryReader known)
{
    private EntryMetadata? _metadata;

    public byte[] Name => name;

    public UInt128 Key => key;

    public SourceDirectory Directory => directory;

    /// <summary>What the last pass left.</summary>
    public DirectoryMemoryReader Known => known;

    /// <summary>What this pass leaves.</summary>
    public DirectoryMemoryWriter Remembered { get; } = new();

    public EntryMetadata Metadata => _metadata ??= EntryMetadata.Of(directory.Status, directory.Xattrs);

    /// <summary>What this pass does in it.</summary>
    public FrameMode Mode { get; init; }

    /// <summary>Whether it has become opaque, so that the target must clear it.</summary>
    public bool IsCleared { get; init; }

    /// <summary>The next name to look at.</summary>
    public int Next { get; set; }

    /// <summary>Whether the stream has gone into it.</summary>
    public bool IsAnnounced { get; set; }
}
