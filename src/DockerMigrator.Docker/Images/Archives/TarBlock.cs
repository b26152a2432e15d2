using System.Text;
using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Docker.Images.Archives;

/// <summary>A header of a tar archive, a block of 512 bytes (POSIX.1-1988 "ustar", with GNU's numbers of more than 8 GiB).</summary>
/// <param name="Name">The path, from name and prefix.</param>
/// <param name="Size">Bytes of content that follow.</param>
/// <param name="Type">Kind of entry: '0' or NUL is a regular file; 'x' and 'L' hold more about the next entry.</param>
internal readonly record struct TarBlock(string Name, long Size, byte Type)
{
    /// <summary>Bytes of a block. Headers take one, contents are padded to whole ones, two empty ones end the archive.</summary>
    public const int Length = 512;

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    /// <summary>A regular file.</summary>
    public bool IsFile => Type is (byte)'0' or 0;

    /// <summary>Bytes that fill the last block of a content.</summary>
    public static int Padding(long size) => (int)(-size & (Length - 1));

    /// <summary>Reads a header; null if it is an empty block.</summary>
    /// <exception cref="DockerException">It is none.</exception>
    public static TarBlock? Read(ReadOnlySpan<byte> block)
    {
        if (!block.ContainsAnyExcept((byte)0))
            return null;
        if (Number(block.Slice(ChecksumOffset, ChecksumLength)) != Checksum(block))
            throw new DockerException("Docker's archive of the image is damaged: a header in it has a wrong checksum.");
        var (name, prefix) = (Text(block[..100]), block[257..].StartsWith("ustar"u8) ? Text(block.Slice(345, 155)) : "");
        return new TarBlock(prefix.Length > 0 ? prefix + "/" + name : name, Number(block.Slice(124, 12)), block[156]);
    }

    /// <summary>Makes the header of a regular file that anybody may read.</summary>
    /// <param name="name">At most 100 bytes.</param>
    /// <param name="size">Bytes of content.</param>
    public static byte[] Write(string name, long size)
    {
        var block = new byte[Length];
        Encoding.UTF8.GetBytes(name, block.AsSpan(0, 100));
        "0000644\0"u8.CopyTo(block.AsSpan(100));
        "0000000\0"u8.CopyTo(block.AsSpan(108));
        "0000000\0"u8.CopyTo(block.AsSpan(116));
        WriteSize(block.AsSpan(124, 12), size);
        "00000000000\0"u8.CopyTo(block.AsSpan(136));
        block[156] = (byte)'0';
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        "00"u8.CopyTo(block.AsSpan(263));
        Encoding.ASCII.GetBytes($"{Convert.ToString(Checksum(block), 8).PadLeft(6, '0')}\0 ", block.AsSpan(ChecksumOffset, ChecksumLength));
        return block;
    }

    private static void WriteSize(Span<byte> field, long size)
    {
        if (size < 1L << 33)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), field);
            return;
        }

        for (var i = field.Length - 1; i > 0; i--, size >>= 8)
            field[i] = (byte)size;
        field[0] = 0x80;
    }

    /// <summary>The sum of the block's bytes, those of the sum itself taken as blanks.</summary>
    private static long Checksum(ReadOnlySpan<byte> block)
    {
        var sum = ' ' * (long)ChecksumLength;
        for (var i = 0; i < Length; i++)
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[i];
        return sum;
    }

    private static long Number(ReadOnlySpan<byte> field)
    {
        long number = 0;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var value in field[1..])
                number = (number & ~(long.MaxValue >> 8)) == 0 ? (number << 8) | value : throw Broken();
            return field[0] == 0x80 ? number : throw Broken();
        }

        foreach (var digit in field.Trim(" \0"u8))
            number = digit is >= (byte)'0' and <= (byte)'7' ? (number << 3) | (uint)(digit - '0') : throw Broken();
        return number;
    }

    private static DockerException Broken() => new("Docker's archive of the image is damaged: a header in it has a number that is none.");

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
