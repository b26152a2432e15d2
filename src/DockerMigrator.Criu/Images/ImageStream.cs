using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using DockerMigrator.Criu.Errors;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Criu.Images;

/// <summary>
/// An image directory as a stream of bytes that ends by itself. All numbers are little-endian.
/// <code>
/// stream  = "DMIG" version:u8(1) record* end
/// record  = 1:u8 name-length:u8 name length:u64 data[length] xxh3(the record so far):u64
/// end     = 0:u8 number-of-records:u32
/// </code>
/// Image directories are flat (CRIU's images and runc's <c>descriptors.json</c>), so a name is a plain file name.
/// </summary>
public static class ImageStream
{
    private const int BufferSize = 1 << 20;
    private const byte Version = 1;
    private const byte FileRecord = 1;
    private const byte EndRecord = 0;

    // A container has some images a process, and several a namespace.
    private const int MostFiles = 1_000_000;

    private static ReadOnlySpan<byte> Magic => "DMIG"u8;

    /// <summary>Writes every file of <paramref name="directory"/>; none may change in between.</summary>
    /// <returns>Number of bytes written.</returns>
    /// <exception cref="CriuException">The directory holds something that is no image file, or one changed.</exception>
    public static async Task<long> SendAsync(string directory, Stream target, CancellationToken cancellationToken = default)
    {
        var files = ImageFile.List(directory);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Magic.CopyTo(buffer);
            buffer[Magic.Length] = Version;
            var sent = (long)Magic.Length + 1;
            await target.WriteAsync(buffer.AsMemory(0, (int)sent), cancellationToken);
            foreach (var file in files)
                sent += await SendFileAsync(Path.Combine(directory, file.Name), file, target, buffer, cancellationToken);
            buffer[0] = EndRecord;
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(1), (uint)files.Count);
            await target.WriteAsync(buffer.AsMemory(0, 5), cancellationToken);
            await target.FlushAsync(cancellationToken);
            return sent + 5;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Reads a stream to its end record and not a byte further, and writes its files into the empty
    /// <paramref name="directory"/>. What was written before a failure stays there.
    /// </summary>
    /// <param name="source">The stream.</param>
    /// <param name="directory">A directory that nobody else writes to.</param>
    /// <param name="largestTotal">Most bytes of data to accept.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>The files.</returns>
    /// <exception cref="CriuException">The stream is torn, damaged or not of this format, or there is no room for it.</exception>
    public static async Task<IReadOnlyList<ImageFile>> ReceiveAsync(
        Stream source, string directory, long largestTotal, CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var files = new List<ImageFile>();
        var names = new HashSet<string>();
        try
        {
            await source.ReadExactlyAsync(buffer.AsMemory(0, Magic.Length + 1), cancellationToken);
            if (!buffer.AsSpan(0, Magic.Length).SequenceEqual(Magic) || buffer[Magic.Length] != Version)
                throw Damaged("it does not begin as one");
            var room = largestTotal;
            while (await ReceiveHeaderAsync(source, buffer, files.Count, cancellationToken) is { } file)
            {
                if (file.Length > room)
                    throw new CriuException($"The images are larger than the {largestTotal} bytes that were announced.");
                if (!names.Add(file.Name))
                    throw Damaged($"it holds {file.Name} twice");
                room -= file.Length;
                await ReceiveFileAsync(source, directory, file, buffer, cancellationToken);
                files.Add(file);
            }

            return files;
        }
        catch (EndOfStreamException exception)
        {
            throw new CriuException("The stream of images ended too early.", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<long> SendFileAsync(
        string path, ImageFile file, Stream target, byte[] buffer, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var header = WriteHeader(buffer, file);
        var hash = new XxHash3();
        hash.Append(buffer.AsSpan(0, header));
        await target.WriteAsync(buffer.AsMemory(0, header), cancellationToken);
        for (long offset = 0; offset < file.Length;)
        {
            var wanted = (int)Math.Min(buffer.Length, file.Length - offset);
            // The file is in memory: reading it synchronously costs nothing but the copy.
            var length = RandomAccess.Read(handle, buffer.AsSpan(0, wanted), offset);
            if (length == 0)
                throw new CriuException($"The image {file.Name} became shorter while it was sent.");
            hash.Append(buffer.AsSpan(0, length));
            await target.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            offset += length;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(buffer, hash.GetCurrentHashAsUInt64());
        await target.WriteAsync(buffer.AsMemory(0, sizeof(ulong)), cancellationToken);
        return header + file.Length + sizeof(ulong);
    }

    private static int WriteHeader(byte[] buffer, ImageFile file)
    {
        var length = Encoding.ASCII.GetBytes(file.Name, buffer.AsSpan(2));
        buffer[0] = FileRecord;
        buffer[1] = (byte)length;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(2 + length), file.Length);
        return 2 + length + sizeof(long);
    }

    private static async Task<ImageFile?> ReceiveHeaderAsync(
        Stream source, byte[] buffer, int count, CancellationToken cancellationToken)
    {
        await source.ReadExactlyAsync(buffer.AsMemory(0, 1), cancellationToken);
        switch (buffer[0])
        {
            case EndRecord:
                await source.ReadExactlyAsync(buffer.AsMemory(0, sizeof(uint)), cancellationToken);
                return BinaryPrimitives.ReadUInt32LittleEndian(buffer) == count ? null : throw Damaged("files are missing");
            case FileRecord when count < MostFiles:
                break;
            default:
                throw Damaged("it holds an unknown record");
        }

        await source.ReadExactlyAsync(buffer.AsMemory(0, 1), cancellationToken);
        var nameLength = (int)buffer[0];
        await source.ReadExactlyAsync(buffer.AsMemory(0, nameLength + sizeof(long)), cancellationToken);
        var name = Encoding.ASCII.GetString(buffer.AsSpan(0, nameLength));
        var length = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(nameLength));
        return ImageFile.IsValidName(name) && length >= 0 ? new ImageFile(name, length) : throw Damaged("a file has no proper name or length");
    }

    private static async Task ReceiveFileAsync(
        Stream source, string directory, ImageFile file, byte[] buffer, CancellationToken cancellationToken)
    {
        using var handle = Create(Path.Combine(directory, file.Name), file.Name);
        var hash = new XxHash3();
        hash.Append(buffer.AsSpan(0, WriteHeader(buffer, file)));
        for (long offset = 0; offset < file.Length;)
        {
            var wanted = (int)Math.Min(buffer.Length, file.Length - offset);
            var length = await source.ReadAsync(buffer.AsMemory(0, wanted), cancellationToken);
            if (length == 0)
                throw new EndOfStreamException();
            hash.Append(buffer.AsSpan(0, length));
            Store(handle, buffer.AsSpan(0, length), offset, file.Name);
            offset += length;
        }

        await source.ReadExactlyAsync(buffer.AsMemory(0, sizeof(ulong)), cancellationToken);
        if (BinaryPrimitives.ReadUInt64LittleEndian(buffer) != hash.GetCurrentHashAsUInt64())
            throw Damaged($"the checksum of {file.Name} is wrong");
    }

    private static SafeFileHandle Create(string path, string name)
    {
        try
        {
            // CreateNew (O_EXCL) neither overwrites a file nor follows a link.
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException exception)
        {
            throw new CriuException($"The image {name} cannot be stored: {exception.Message}", exception);
        }
    }

    private static void Store(SafeFileHandle handle, ReadOnlySpan<byte> data, long offset, string name)
    {
        try
        {
            RandomAccess.Write(handle, data, offset);
        }
        catch (IOException exception)
        {
            throw new CriuException($"The image {name} cannot be stored: {exception.Message}", exception);
        }
    }

    private static CriuException Damaged(string why) => new($"The stream of images is damaged: {why}.");
}
