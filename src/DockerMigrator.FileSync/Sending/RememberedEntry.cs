using System.Runtime.InteropServices;

namespace DockerMigrator.FileSync.Sending;

/// <summary>What is known of an entry from the last pass.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RememberedEntry(RememberedKind Kind, ulong Signature)
{
    public bool IsDirectory => Kind is RememberedKind.Directory or RememberedKind.OpaqueDirectory;
}
