using System.Globalization;
using System.Net;
using DockerMigrator.Network.Errors;

namespace DockerMigrator.Network.Tcp;

/// <summary>A TCP socket of a network namespace.</summary>
/// <param name="Local">Its own address; IPv4 addresses of IPv6 sockets are given as IPv4.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="State">Its state.</param>
/// <param name="Inode">Inode of the socket; 0 if no process has it (any more, or yet).</param>
public sealed record TcpSocket(IPEndPoint Local, IPEndPoint Remote, TcpState State, ulong Inode)
{
    /// <summary>Whether it holds a connection that is lost if it is not taken along.</summary>
    public bool IsConnected => State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1
        or TcpState.FinWait2 or TcpState.LastAck or TcpState.Closing or TcpState.SynSent;

    /// <summary>Whether both of its ends are loopback addresses: such a connection never leaves the container.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Local.Address) && IPAddress.IsLoopback(Remote.Address);

    /// <summary>Reads the sockets of the network namespace of process <paramref name="pid"/>.</summary>
    /// <exception cref="NetworkException">The process is gone.</exception>
    public static IReadOnlyList<TcpSocket> Read(int pid)
    {
        try
        {
            var sockets = new List<TcpSocket>(ParseAll(File.ReadAllText($"/proc/{pid}/net/tcp")));
            // A kernel without IPv6 has no such file.
            var six = $"/proc/{pid}/net/tcp6";
            if (File.Exists(six))
                sockets.AddRange(ParseAll(File.ReadAllText(six)));
            return sockets;
        }
        catch (IOException exception)
        {
            throw new NetworkException($"The connections of process {pid} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Parses <c>/proc/PID/net/tcp</c> or <c>tcp6</c> (proc_pid_net(5)); torn lines are left out.</summary>
    public static IReadOnlyList<TcpSocket> ParseAll(string text)
    {
        var sockets = new List<TcpSocket>();
        foreach (var line in text.Split('\n').Skip(1))
        {
            if (Parse(line) is { } socket)
                sockets.Add(socket);
        }

        return sockets;
    }

    private static TcpSocket? Parse(string line)
    {
        // sl local remote st tx:rx tr:when retransmits uid timeout inode …
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 10 || ParseEndPoint(words[1]) is not { } local || ParseEndPoint(words[2]) is not { } remote
            || !byte.TryParse(words[3], NumberStyles.AllowHexSpecifier, null, out var state)
            || !Enum.IsDefined((TcpState)state) || !ulong.TryParse(words[9], out var inode))
        {
            return null;
        }

        return new TcpSocket(local, remote, (TcpState)state, inode);
    }

    private static IPEndPoint? ParseEndPoint(string word)
    {
        var colon = word.IndexOf(':');
        if (colon is not (8 or 32) || !ushort.TryParse(word.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, null, out var port))
            return null;
        // The address is printed as 32-bit words in host byte order.
        Span<byte> address = stackalloc byte[16];
        for (var i = 0; i < colon / 8; i++)
        {
            if (!uint.TryParse(word.AsSpan(i * 8, 8), NumberStyles.AllowHexSpecifier, null, out var part))
                return null;
            BitConverter.TryWriteBytes(address[(i * 4)..], part);
        }

        var parsed = new IPAddress(address[..(colon / 2)]);
        return new IPEndPoint(parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed, port);
    }
}
