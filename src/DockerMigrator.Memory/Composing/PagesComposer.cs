using System.Text;
using DockerMigrator.Memory.Storing;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Composing;

/// <summary>
/// Writes a file of pages anew, with what CRIU put there and what was sent before, in order of address. It gives back what it
/// has read at once, so that no page is in memory twice for long.
/// </summary>
internal sealed class PagesComposer : IDisposable
{
    private const int ChunkLength = 1 << 20;
    private const uint OwnerOnly = 0x180; // 0600

    private readonly PageBuffer _buffer = new(ChunkLength);

    /// <summary>Replaces the file.</summary>
    /// <exception cref="PageStoreException">It cannot be read or written.</exception>
    public void Compose(string directory, string name, IEnumerable<MergedEntry> entries, StoredSpace stored)
    {
        Check(FileCalls.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.Directory, out var parent), name);
        using (parent)
        {
            var temporary = Encoding.UTF8.GetBytes($"{name}.new");
            Check(FileCalls.OpenAt(parent, Encoding.UTF8.GetBytes(name), OpenFlags.ReadWrite | OpenFlags.NoFollow, 0, out var source), name);
            using (source)
            {
                Check(FileCalls.OpenAt(parent, temporary, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, OwnerOnly, out var target), name);
                using (target)
                    Compose(source, target, name, entries, stored);
            }
        }

        File.Move(Path.Combine(directory, $"{name}.new"), Path.Combine(directory, name), overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private void Compose(FileDescriptor source, FileDescriptor target, string name, IEnumerable<MergedEntry> entries, StoredSpace stored)
    {
        long read = 0, written = 0;
        foreach (var entry in entries.Where(entry => entry.IsPresent))
        {
            for (var address = entry.Entry.Start; address < entry.Entry.End;)
            {
                var chunk = _buffer.Span[..(int)Math.Min(ChunkLength, entry.Entry.End - address)];
                if (entry.IsStored)
                {
                    stored.Read(address, chunk);
                }
                else
                {
                    ReadAll(source, chunk, read, name);
                    read += chunk.Length;
                }

                Check(FileCalls.Write(target, chunk, written), name);
                written += chunk.Length;
                if (entry.IsStored)
                    stored.Drop(new PageRange(address, address + (ulong)chunk.Length));
                else
                    Check(FileCalls.PunchHole(source, read - chunk.Length, chunk.Length), name);
                address += (ulong)chunk.Length;
            }
        }
    }

    private static void ReadAll(FileDescriptor source, Span<byte> buffer, long offset, string name)
    {
        while (!buffer.IsEmpty)
        {
            Check(FileCalls.Read(source, buffer, offset, out var count), name);
            if (count == 0)
                throw new PageStoreException($"CRIU's image {name} is too short.");
            buffer = buffer[count..];
            offset += count;
        }
    }

    private static void Check(Errno error, string name)
    {
        if (error != Errno.None)
            throw new PageStoreException($"The image {name} cannot be written anew: {error.Describe()}.");
    }
}
