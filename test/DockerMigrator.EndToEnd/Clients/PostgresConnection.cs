using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>As much of PostgreSQL's protocol (version 3) as the tests need: simple queries with at most one value as answer.</summary>
internal sealed class PostgresConnection : IDisposable
{
    private const int ProtocolVersion = 3 << 16;

    private readonly TcpClient _client;

    private PostgresConnection(TcpClient client) => _client = client;

    /// <summary>Connects as the user <c>postgres</c>, who needs no password.</summary>
    public static async Task<PostgresConnection> OpenAsync(IPAddress address, int port, TimeSpan limit)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            using var soon = new CancellationTokenSource(limit);
            await client.ConnectAsync(address, port, soon.Token);
            var connection = new PostgresConnection(client);
            var parameters = Encoding.ASCII.GetBytes("user\0postgres\0\0");
            var message = new byte[8 + parameters.Length];
            BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), ProtocolVersion);
            parameters.CopyTo(message, 8);
            await client.GetStream().WriteAsync(message, soon.Token);
            await connection.ReadAnswerAsync(soon.Token);
            return connection;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a query.</summary>
    /// <returns>The first value of the last row of its answer; empty if it has none.</returns>
    /// <exception cref="IOException">The server went away, or answered with an error.</exception>
    /// <exception cref="OperationCanceledException">No answer in time.</exception>
    public async Task<string> AskAsync(TimeSpan limit, string query)
    {
        using var soon = new CancellationTokenSource(limit);
        var text = Encoding.UTF8.GetBytes(query);
        var message = new byte[1 + 4 + text.Length + 1];
        message[0] = (byte)'Q';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 1);
        text.CopyTo(message, 5);
        await _client.GetStream().WriteAsync(message, soon.Token);
        return await ReadAnswerAsync(soon.Token);
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> ReadAnswerAsync(CancellationToken cancelled)
    {
        var value = "";
        string? error = null;
        var head = new byte[5];
        while (true)
        {
            await _client.GetStream().ReadExactlyAsync(head, cancelled);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4];
            await _client.GetStream().ReadExactlyAsync(body, cancelled);
            switch ((char)head[0])
            {
                case 'D' when BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(2)) is var length and > 0:
                    value = Encoding.UTF8.GetString(body, 6, length);
                    break;
                case 'E':
                    error = Encoding.UTF8.GetString(body).Replace('\0', ' ');
                    break;
                // Ready for a query.
                case 'Z':
                    return error is null ? value : throw new IOException($"PostgreSQL: {error}");
            }

            // A server that will not serve says no more.
            if (error is not null && error.StartsWith("SFATAL", StringComparison.Ordinal))
                throw new IOException($"PostgreSQL: {error}");
        }
    }
}
