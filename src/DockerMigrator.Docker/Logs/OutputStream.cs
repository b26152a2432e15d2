using System.Buffers.Binary;
using System.Text;

namespace DockerMigrator.Docker.Logs;

/// <summary>
/// Reads what the engine sends of a container's output: without a terminal, pieces with a header of eight bytes before each, which
/// are the stream's number (0 to 2), three zeros and the length, big-endian (Engine API, "Attach to a container"); with one, bare bytes.
/// </summary>
public static class OutputStream
{
    private const int HeaderSize = 8;

    // Enough for some lines: it is for a message.
    private const int Limit = 16 * 1024;

    /// <summary>Reads at most some kilobytes of text.</summary>
    public static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var buffer = new byte[Limit];
        var length = await stream.ReadAtLeastAsync(buffer, Limit, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(Unframe(buffer.AsSpan(0, length)));
    }

    /// <summary>Takes the headers out; bytes that have none stay as they are.</summary>
    public static byte[] Unframe(ReadOnlySpan<byte> bytes)
    {
        var text = new List<byte>(bytes.Length);
        var rest = bytes;
        while (rest.Length >= HeaderSize && rest[0] <= 2 && rest[1..4].IndexOfAnyExcept((byte)0) < 0)
        {
            var size = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), (uint)(rest.Length - HeaderSize));
            text.AddRange(rest.Slice(HeaderSize, size));
            rest = rest[(HeaderSize + size)..];
        }

        text.AddRange(rest);
        return [.. text];
    }
}
