using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>
/// Inserts row after row into PostgreSQL and counts those that were confirmed. When the connection breaks it tries the hosts in
/// turn, and goes on with the next number: a row whose answer was lost may be there or not.
/// </summary>
internal sealed class InsertingClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IPAddress[] _hosts;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    private InsertingClient(IPAddress[] hosts, int port)
    {
        _hosts = hosts;
        _port = port;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Confirmed rows.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that were sent and never confirmed.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Which of the hosts answered last.</summary>
    public IPAddress? Answering { get; private set; }

    /// <summary>Starts inserting.</summary>
    public static InsertingClient Start(int port, params IPAddress[] hosts) => new(hosts, port);

    /// <summary>Stops.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var i = 0; !_stop.IsCancellationRequested; i = (i + 1) % _hosts.Length)
        {
            try
            {
                using var connection = await PostgresConnection.OpenAsync(_hosts[i], _port, Patience);
                while (!_stop.IsCancellationRequested)
                {
                    Unanswered++;
                    await connection.AskAsync(Patience, string.Create(CultureInfo.InvariantCulture, $"insert into inserted values ({Count + Unanswered})"));
                    Unanswered--;
                    Count++;
                    Answering = _hosts[i];
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                await Task.Delay(1);
            }
        }
    }
}
