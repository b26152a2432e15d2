using System.IO.Hashing;
using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// What an inode looked like, in 64 bits: if they are the same later, nobody has touched it. The change time is what
/// makes that certain, for no program can set it; the access time is left out, for reading is no change.
/// </summary>
internal static class EntrySignature
{
    /// <summary>Of something that must be sent again whatever it looks like.</summary>
    public const ulong Unsettled = 0;

    /// <summary>Of a name that only tells that something was removed.</summary>
    public const ulong Removed = 1;

    public static ulong Of(in FileStatus status)
    {
        Span<ulong> fields =
        [
            status.Inode,
            Pair(status.FileSystem.Major, status.FileSystem.Minor),
            Pair((uint)status.Kind | status.Permissions, status.Kind == FileKind.Directory ? 0 : status.Links),
            Pair(status.Owner, status.Group),
            Pair(status.Device.Major, status.Device.Minor),
            status.Kind == FileKind.Directory ? 0 : (ulong)status.Size,
            (ulong)status.Modified.Seconds,
            (ulong)status.Changed.Seconds,
            Pair(status.Modified.Nanoseconds, status.Changed.Nanoseconds),
        ];
        return Math.Max(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(fields)), Removed + 1);
    }

    private static ulong Pair(uint high, uint low) => ((ulong)high << 32) | low;
}
