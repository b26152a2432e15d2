using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace DockerMigrator.Docker.Hosts;

/// <summary>A port that some process of the host listens on.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">The address it is bound to; <c>0.0.0.0</c> or <c>::</c> for all.</param>
/// <param name="Port">The port.</param>
public sealed record ListeningPort(string Protocol, string Address, int Port)
{
    private static readonly string[] Tables = ["tcp", "tcp6", "udp", "udp6"];

    /// <summary>All of this network namespace.</summary>
    public static IReadOnlyList<ListeningPort> ReadAll() =>
    [
        .. Tables
            .Where(table => File.Exists($"/proc/net/{table}"))
            .SelectMany(table => Parse(table[..3], File.ReadLines($"/proc/net/{table}")))
            .Distinct(),
    ];

    /// <summary>Reads a table as <c>/proc/net/tcp</c> has it; lines of another shape are passed over.</summary>
    public static IEnumerable<ListeningPort> Parse(string protocol, IEnumerable<string> lines)
    {
        // A TCP listener has state 0A; a UDP socket that waits for anyone has 07.
        var listening = protocol == "tcp" ? "0A" : "07";
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 4 || words[3] != listening || words[1].Split(':') is not [var address, var port])
                continue;
            if (ParseAddress(address) is { } ip && int.TryParse(port, NumberStyles.HexNumber, null, out var number))
                yield return new ListeningPort(protocol, ip.ToString(), number);
        }
    }

    /// <summary>The kernel prints an address as 32-bit words in the machine's own byte order.</summary>
    private static IPAddress? ParseAddress(string hex)
    {
        if (hex.Length is not (8 or 32))
            return null;
        Span<byte> bytes = stackalloc byte[hex.Length / 2];
        for (var i = 0; i < bytes.Length; i += 4)
        {
            if (!uint.TryParse(hex.AsSpan(i * 2, 8), NumberStyles.HexNumber, null, out var word))
                return null;
            if (BitConverter.IsLittleEndian)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[i..], word);
            else
                BinaryPrimitives.WriteUInt32BigEndian(bytes[i..], word);
        }

        var ip = new IPAddress(bytes);
        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
    }
}
