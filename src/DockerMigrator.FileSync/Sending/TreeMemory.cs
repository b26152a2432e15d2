using System.Buffers.Binary;
using System.IO.Hashing;

namespace DockerMigrator.FileSync.Sending;

/// <summary>
/// What the target has, directory by directory, under the hash of the directory's path: 128 bits, so that no two
/// directories ever share one. A pass takes out what it visits and puts the new state in: what is left was not there any more.
/// </summary>
internal sealed class TreeMemory
{
    private readonly Dictionary<UInt128, byte[]> _directories = [];

    /// <summary>The root's key.</summary>
    public static UInt128 Root => UInt128.Zero;

    /// <summary>The key of a subdirectory.</summary>
    public static UInt128 KeyOf(UInt128 parent, ReadOnlySpan<byte> name)
    {
        Span<byte> bytes = stackalloc byte[16 + 255];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, parent);
        name.CopyTo(bytes[16..]);
        return XxHash128.HashToUInt128(bytes[..(16 + name.Length)]);
    }

    /// <summary>What is known of a directory, which is forgotten by that; nothing if there is none.</summary>
    public DirectoryMemoryReader Take(UInt128 key) =>
        new(_directories.Remove(key, out var records) ? records : []);

    /// <summary>What is known of a directory, which stays known.</summary>
    public DirectoryMemoryReader Peek(UInt128 key) => new(_directories.GetValueOrDefault(key) ?? []);

    /// <summary>Remembers a directory.</summary>
    public void Put(UInt128 key, DirectoryMemoryWriter directory) => _directories[key] = directory.ToArray();
}
