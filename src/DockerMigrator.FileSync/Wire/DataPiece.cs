using System.Runtime.InteropServices;

namespace DockerMigrator.FileSync.Wire;

/// <summary>Some of a file's data, where it lies in a received block; or, without a block, a hole.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DataPiece(ReceivedBlock? Block, int Start, long Length, long Offset)
{
    public bool IsHole => Block is null;

    public ReadOnlySpan<byte> Data => Block!.Bytes.AsSpan(Start, (int)Length);

    public static DataPiece Hole(long length, long offset) => new(null, 0, length, offset);

    public void Release() => Block?.Release();
}
