using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Trees;

/// <summary>
/// A file's content as 128 bits: the XxHash3 of its pages that are not all zero, each with its number before it. So holes
/// need not be read, and it makes no difference where zeros are written out.
/// </summary>
internal static class ContentDigest
{
    private const int Page = 4096;
    private const int BufferSize = 256 * Page;

    public static Errno Compute(FileDescriptor file, long size, out UInt128 digest)
    {
        var hash = new XxHash128();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var error = Errno.None;
        for (long position = 0; position < size && error == Errno.None;)
        {
            error = FileCalls.FindData(file, position, out var start, out var end);
            if (error == Errno.ENXIO)
            {
                error = Errno.None;
                break;
            }

            if (error != Errno.None)
                (start, end) = (position, size);
            error = Append(hash, buffer, file, start - (start % Page), Math.Min((end + Page - 1) / Page * Page, size));
            position = end;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        digest = hash.GetCurrentHashAsUInt128();
        return error;
    }

    private static Errno Append(XxHash128 hash, byte[] buffer, FileDescriptor file, long start, long end)
    {
        Span<byte> number = stackalloc byte[8];
        while (start < end)
        {
            var have = 0;
            for (var wanted = (int)Math.Min(BufferSize, end - start); have < wanted;)
            {
                var error = FileCalls.Read(file, buffer.AsSpan(have, wanted - have), start + have, out var count);
                if (error != Errno.None || count == 0)
                    return error;
                have += count;
            }

            for (var offset = 0; offset < have; offset += Page)
            {
                var page = buffer.AsSpan(offset, Math.Min(Page, have - offset));
                if (!page.ContainsAnyExcept((byte)0))
                    continue;
                BinaryPrimitives.WriteInt64LittleEndian(number, (start + offset) / Page);
                hash.Append(number);
                hash.Append(page);
            }

            start += have;
        }

        return Errno.None;
    }
}
