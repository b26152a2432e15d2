using System.Net;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>Requests a page of nginx without pause, from the hosts in turn when one does not answer; every answer must be right.</summary>
internal sealed class RequestingClient : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(300) }) { Timeout = TimeSpan.FromMilliseconds(500) };
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _wrong = [];
    private readonly Task _run;

    private RequestingClient(int port, IPAddress[] hosts) => _run = Task.Run(() => RunAsync(port, hosts));

    /// <summary>Right answers.</summary>
    public int Count { get; private set; }

    /// <summary>Which of the hosts answered last.</summary>
    public IPAddress? Answering { get; private set; }

    public static RequestingClient Start(int port, params IPAddress[] hosts) => new(port, hosts);

    /// <summary>Stops, and fails if an answer was wrong.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _wrong.Should().BeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(int port, IPAddress[] hosts)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i = (i + 1) % hosts.Length)
        {
            try
            {
                while (!_stop.IsCancellationRequested)
                {
                    using var answer = await _http.GetAsync(new Uri($"http://{hosts[i]}:{port}/"));
                    var text = await answer.Content.ReadAsStringAsync();
                    if (answer.StatusCode != HttpStatusCode.OK || !text.Contains("nginx of the lab", StringComparison.Ordinal))
                        _wrong.Add($"{answer.StatusCode}: {text}");
                    Answering = hosts[i];
                    Count++;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(1);
            }
        }
    }
}
