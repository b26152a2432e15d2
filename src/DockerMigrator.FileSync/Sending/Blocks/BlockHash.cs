using System.IO.Hashing;

namespace DockerMigrator.FileSync.Sending.Blocks;

/// <summary>What the target has in one block of a file: 128 bits, so that what differs is never taken for the same.</summary>
internal static class BlockHash
{
    /// <summary>A hole, throughout.</summary>
    public static readonly UInt128 Hole = UInt128.Zero;

    /// <summary>Nobody knows: it must be sent whatever it holds.</summary>
    public static readonly UInt128 Unknown = UInt128.One;

    public static UInt128 Of(ReadOnlySpan<byte> data)
    {
        var hash = XxHash128.HashToUInt128(data);
        return hash > Unknown ? hash : Unknown + 1;
    }
}
