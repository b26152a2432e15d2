using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Storing;

/// <summary>
/// The pages of one address space in a sparse file, each at the offset that is its address. What was never written, or given
/// back, takes no memory.
/// </summary>
public sealed class StoredSpace : IDisposable
{
    /// <summary>First address behind user memory on every machine this program runs on (arm64 with 52 bits has the most).</summary>
    public const ulong AddressLimit = 1UL << 52;

    private readonly FileDescriptor _file;
    private readonly string _path;

    private StoredSpace(uint number, string path, FileDescriptor file)
    {
        Number = number;
        _path = path;
        _file = file;
    }

    /// <summary>Number of the address space.</summary>
    public uint Number { get; }

    /// <summary>Pages that ever came, also those that are zeros.</summary>
    public PageBitmap Received { get; } = new();

    /// <summary>Pages that the file holds: those that came and are not known as zeros.</summary>
    public PageBitmap Data { get; } = new();

    /// <summary>Name of the file of an address space.</summary>
    public static string FileNameOf(uint space) => $"space-{space}";

    /// <summary>Makes the file.</summary>
    /// <exception cref="PageStoreException">It cannot be made, or is there already.</exception>
    public static StoredSpace Create(string directory, uint space) => Open(directory, space, OpenFlags.Create | OpenFlags.Exclusive);

    /// <summary>Opens a file that another process has filled; its bitmaps are empty.</summary>
    /// <exception cref="PageStoreException">It is not there.</exception>
    public static StoredSpace Open(string directory, uint space) => Open(directory, space, OpenFlags.None);

    /// <summary>Stores pages.</summary>
    /// <exception cref="PageStoreException">There is no room for them, or they are no pages.</exception>
    public void Write(ulong address, ReadOnlySpan<byte> pages)
    {
        var range = StoreFile.Check(address, (ulong)pages.Length);
        StoreFile.Check(FileCalls.Write(_file, pages, (long)address), "stored");
        Data.Set(range);
        Received.Set(range);
    }

    /// <summary>Stores pages of zeros, which take no room.</summary>
    /// <exception cref="PageStoreException">They are no pages.</exception>
    public void WriteZero(ulong address, ulong bytes)
    {
        var range = StoreFile.Check(address, bytes);
        Drop(range);
        Received.Set(range);
    }

    /// <summary>Reads pages; what the file does not hold is zeros.</summary>
    /// <exception cref="PageStoreException">They cannot be read.</exception>
    public void Read(ulong address, Span<byte> pages)
    {
        while (!pages.IsEmpty)
        {
            StoreFile.Check(FileCalls.Read(_file, pages, (long)address, out var count), "read");
            if (count == 0)
            {
                // Behind the last page that was written.
                pages.Clear();
                return;
            }

            pages = pages[count..];
            address += (ulong)count;
        }
    }

    /// <summary>Gives back what pages take: they read as zeros from then on.</summary>
    public void Drop(PageRange range)
    {
        foreach (var stored in Data.Within(range))
            Punch(stored);
        Data.Clear(range);
    }

    /// <summary>As <see cref="Drop"/>, without looking at what the file is known to hold.</summary>
    public void Punch(PageRange range) => StoreFile.Check(FileCalls.PunchHole(_file, (long)range.Start, range.Bytes), "given back");

    /// <summary>The stretches that the file system holds, in order. What is given back meanwhile may be told or not.</summary>
    public IEnumerable<PageRange> FindAll()
    {
        for (var offset = 0L; FileCalls.FindData(_file, offset, out var start, out var end) == Errno.None; offset = end)
            yield return new PageRange((ulong)start, (ulong)end);
    }

    /// <summary>Gives back everything that the file takes.</summary>
    public void Clear() => StoreFile.Check(FileCalls.Truncate(_file, 0), "given back");

    /// <summary>Removes the file.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(_path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static StoredSpace Open(string directory, uint space, OpenFlags flags) =>
        new(space, Path.Combine(directory, FileNameOf(space)), StoreFile.Open(directory, FileNameOf(space), flags));
}
