using System.Globalization;
using System.Text;
using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Docker.Images.Archives;

/// <summary>
/// Reads a tar archive from a stream, entry by entry, so that entries can be passed on byte for byte: the standard
/// library's reader and writer would make others of them, and cannot pass on content of a stream.
/// </summary>
/// <param name="stream">The archive; stays the caller's.</param>
internal sealed class TarReader(Stream stream)
{
    private const int LongestExtension = 1 << 20;
    private const int BufferSize = 1 << 20;

    private readonly byte[] _block = new byte[TarBlock.Length];
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _left;

    /// <summary>Goes to the next entry, past what was not read of this one; null at the archive's end.</summary>
    /// <exception cref="DockerException">The archive is damaged or breaks off.</exception>
    public async Task<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        await CopyAsync(Stream.Null, cancellationToken);
        var header = new MemoryStream();
        string? name = null;
        long? size = null;
        while (true)
        {
            await ReadAsync(_block, cancellationToken);
            if (TarBlock.Read(_block) is not { } block)
                return null;
            header.Write(_block);
            if (block.Type is not ((byte)'x' or (byte)'L' or (byte)'K'))
            {
                size ??= block.Size;
                _left = block.IsFile ? size.Value + TarBlock.Padding(size.Value) : block.Size + TarBlock.Padding(block.Size);
                return new TarEntry(name ?? block.Name, size.Value, block.IsFile, header.ToArray());
            }

            if (block.Size > LongestExtension)
                throw new DockerException("Docker's archive of the image is damaged: a header in it is too long.");
            var extension = new byte[block.Size + TarBlock.Padding(block.Size)];
            await ReadAsync(extension, cancellationToken);
            header.Write(extension);
            var value = extension.AsSpan(0, (int)block.Size);
            if (block.Type == (byte)'x')
                ReadRecords(value, ref name, ref size);
            else if (block.Type == (byte)'L')
                name = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
        }
    }

    /// <summary>Passes on the entry's content, with the padding that follows it.</summary>
    public async Task CopyAsync(Stream target, CancellationToken cancellationToken)
    {
        while (_left > 0)
        {
            var piece = _buffer.AsMemory(0, (int)Math.Min(_left, BufferSize));
            await ReadAsync(piece, cancellationToken);
            await target.WriteAsync(piece, cancellationToken);
            _left -= piece.Length;
        }
    }

    /// <summary>Reads the content of a small entry.</summary>
    public async Task<byte[]> ReadContentAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await CopyAsync(content, cancellationToken);
        return content.GetBuffer()[..(int)entry.Size];
    }

    /// <summary>Records of pax: "LENGTH KEY=VALUE\n", the length counting itself.</summary>
    private static void ReadRecords(ReadOnlySpan<byte> records, ref string? name, ref long? size)
    {
        while (records.Length > 0)
        {
            var blank = records.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= blank + 1 || length > records.Length)
                throw new DockerException("Docker's archive of the image is damaged: a record in it is none.");
            var record = records[(blank + 1)..(length - 1)];
            if (record.StartsWith("path="u8))
                name = Encoding.UTF8.GetString(record[5..]);
            else if (record.StartsWith("size="u8))
                size = long.TryParse(record[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new DockerException("Docker's archive of the image is damaged: a size in it is none.");
            records = records[length..];
        }
    }

    private async Task ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) < buffer.Length)
            throw new DockerException("Docker's archive of the image broke off.");
    }
}
