using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>As much of Redis' protocol as the tests need: commands of words, one-line and bulk answers.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private RedisConnection(TcpClient client)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream(), Encoding.Latin1);
    }

    public static async Task<RedisConnection> OpenAsync(IPAddress address, int port, TimeSpan limit)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            using var soon = new CancellationTokenSource(limit);
            await client.ConnectAsync(address, port, soon.Token);
            return new RedisConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and reads its answer.</summary>
    /// <exception cref="IOException">The server went away, or answered with an error.</exception>
    /// <exception cref="OperationCanceledException">No answer in time.</exception>
    public async Task<string> AskAsync(TimeSpan limit, params string[] words)
    {
        using var soon = new CancellationTokenSource(limit);
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
            request.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request.ToString()), soon.Token);

        var line = await _reader.ReadLineAsync(soon.Token) ?? throw new IOException("Redis closed the connection.");
        return line[0] switch
        {
            '-' => throw new IOException($"Redis: {line}"),
            '$' => await _reader.ReadLineAsync(soon.Token) ?? throw new IOException("Redis closed the connection."),
            _ => line[1..],
        };
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
