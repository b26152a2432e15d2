using System.Buffers;
using System.Buffers.Binary;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>The names of one directory in byte order, without "." and "..", packed into one array.</summary>
public sealed class DirectoryListing
{
    private const int ReadSize = 64 * 1024;
    private const int RecordHeader = 19;

    private readonly byte[] _names;
    private readonly int[] _starts;

    private DirectoryListing(byte[] names, int[] starts)
    {
        _names = names;
        _starts = starts;
    }

    /// <summary>Number of names.</summary>
    public int Count => _starts.Length;

    /// <summary>The <paramref name="index"/>th name.</summary>
    public ReadOnlySpan<byte> this[int index] => _names.AsSpan(_starts[index] + 1, _names[_starts[index]]);

    /// <summary>Reads an open directory from where it stands, which for a fresh descriptor is the start.</summary>
    public static Errno Read(FileDescriptor directory, out DirectoryListing listing)
    {
        var names = new ArrayBufferWriter<byte>();
        var starts = new List<int>();
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            while (true)
            {
                var error = DirectoryCalls.ReadEntries(directory, buffer, out var length);
                if (error != Errno.None || length == 0)
                {
                    listing = Sort(names, starts);
                    return error;
                }

                AppendRecords(buffer.AsSpan(0, length), names, starts);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A listing of one name.</summary>
    public static DirectoryListing Of(ReadOnlySpan<byte> name) => new([checked((byte)name.Length), .. name], [0]);

    /// <summary>A listing of names in any order, each given once.</summary>
    public static DirectoryListing OfAll(IEnumerable<byte[]> names)
    {
        var packed = new ArrayBufferWriter<byte>();
        var starts = new List<int>();
        foreach (var name in names)
            Append(name, packed, starts);
        return Sort(packed, starts);
    }

    /// <summary>Whether it has a name.</summary>
    public bool Contains(ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = this[middle].SequenceCompareTo(name);
            if (order == 0)
                return true;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>The names of both, each once.</summary>
    public static DirectoryListing Union(DirectoryListing left, DirectoryListing right)
    {
        var names = new ArrayBufferWriter<byte>();
        var starts = new List<int>();
        var (l, r) = (0, 0);
        while (l < left.Count || r < right.Count)
        {
            var order = l == left.Count ? 1 : r == right.Count ? -1 : left[l].SequenceCompareTo(right[r]);
            Append(order <= 0 ? left[l] : right[r], names, starts);
            l += order <= 0 ? 1 : 0;
            r += order >= 0 ? 1 : 0;
        }

        return new DirectoryListing(names.WrittenSpan.ToArray(), [.. starts]);
    }

    private static void AppendRecords(ReadOnlySpan<byte> records, ArrayBufferWriter<byte> names, List<int> starts)
    {
        while (records.Length > 0)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            var name = records[RecordHeader..size];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                Append(name, names, starts);
            records = records[size..];
        }
    }

    private static void Append(ReadOnlySpan<byte> name, ArrayBufferWriter<byte> names, List<int> starts)
    {
        starts.Add(names.WrittenCount);
        var target = names.GetSpan(name.Length + 1);
        target[0] = checked((byte)name.Length);
        name.CopyTo(target[1..]);
        names.Advance(name.Length + 1);
    }

    private static DirectoryListing Sort(ArrayBufferWriter<byte> names, List<int> starts)
    {
        var packed = names.WrittenSpan.ToArray();
        var sorted = starts.ToArray();
        Array.Sort(sorted, (x, y) => packed.AsSpan(x + 1, packed[x]).SequenceCompareTo(packed.AsSpan(y + 1, packed[y])));
        return new DirectoryListing(packed, sorted);
    }
}
