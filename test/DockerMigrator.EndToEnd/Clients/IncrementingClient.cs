using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>
/// Increments a key of Redis without pause and checks every answer: a value that was acknowledged never comes again, and
/// values are left out only for requests whose answer was lost. When the connection breaks it tries the hosts in turn.
/// </summary>
internal sealed class IncrementingClient : IAsyncDisposable
{
    // A lost packet must not look like a gap of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly IPAddress[] _hosts;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _violations = [];
    private readonly Task _run;
    private long _last;
    private int _unanswered;
    private long _lastAt = Stopwatch.GetTimestamp();

    private IncrementingClient(IPAddress[] hosts, int port)
    {
        _hosts = hosts;
        _port = port;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Acknowledged increments.</summary>
    public int Count { get; private set; }

    /// <summary>The longest time between two acknowledgements.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Which of the hosts answered last.</summary>
    public IPAddress? Answering { get; private set; }

    /// <summary>Starts incrementing.</summary>
    public static IncrementingClient Start(int port, params IPAddress[] hosts) => new(hosts, port);

    /// <summary>Stops, and fails if anything was lost or repeated.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _violations.Should().BeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var i = 0; !_stop.IsCancellationRequested; i = (i + 1) % _hosts.Length)
        {
            try
            {
                using var redis = await RedisConnection.OpenAsync(_hosts[i], _port, Patience);
                while (!_stop.IsCancellationRequested)
                {
                    _unanswered++;
                    Acknowledge(long.Parse(await redis.AskAsync(Patience, "INCR", "counter"), CultureInfo.InvariantCulture));
                    Answering = _hosts[i];
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                await Task.Delay(1);
            }
        }
    }

    private void Acknowledge(long value)
    {
        if (value <= _last)
            _violations.Add($"{value} came after {_last}");
        if (value > _last + _unanswered)
            _violations.Add($"{value} came after {_last} though only {_unanswered} requests were made in between");
        var now = Stopwatch.GetTimestamp();
        if (Count > 0 && Stopwatch.GetElapsedTime(_lastAt, now) is var gap && gap > LongestGap)
            LongestGap = gap;
        (_last, _unanswered, _lastAt) = (value, 0, now);
        Count++;
    }
}
