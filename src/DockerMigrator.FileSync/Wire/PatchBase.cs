using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Wire;

/// <summary>What an earlier file was when it was sent, and so must be to be patched.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PatchBase(long Size, FileTime Modified)
{
    // File systems may keep times less exactly than they were sent.
    private const long Tolerance = 2;

    public bool Is(in FileStatus status) =>
        status.Kind == FileKind.Regular && status.Size == Size && status.Modified.Seconds - Modified.Seconds is >= -Tolerance and <= Tolerance;
}
