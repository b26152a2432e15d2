using System.IO.Hashing;

namespace DockerMigrator.Memory.Tracking.Hashes;

/// <summary>By what a page is known again.</summary>
internal static class PageHash
{
    /// <summary>The hash of a content; never 0, which stands for none.</summary>
    public static ulong Of(ReadOnlySpan<byte> page) => Math.Max(XxHash3.HashToUInt64(page), 1);
}
