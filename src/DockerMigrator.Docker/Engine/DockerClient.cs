using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Engine;

/// <summary>
/// The Docker Engine's API over its Unix socket, as raw JSON: a typed client would drop the fields that are newer than
/// itself. Speaks the newest version of the API that the engine has. No call has a time limit; each can be cancelled.
/// </summary>
public sealed partial class DockerClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly DockerEndpoint _endpoint;

    private DockerClient(DockerEndpoint endpoint)
    {
        _endpoint = endpoint;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = ConnectAsync,
        })
        {
            BaseAddress = new Uri("http://docker/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The version of the API in use: the newest one that the engine has.</summary>
    public Version ApiVersion { get; private set; } = new(1, 41);

    /// <summary>The engine's own version, as it tells it (<c>28.5.2+dfsg3</c>).</summary>
    public string EngineVersion { get; private set; } = "";

    /// <summary>Reaches the engine and agrees on the version of the API.</summary>
    /// <param name="endpoint">Where; null for that of the environment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DockerException">Nobody answers there, or not as Docker does.</exception>
    public static async Task<DockerClient> ConnectAsync(DockerEndpoint? endpoint = null, CancellationToken cancellationToken = default)
    {
        var client = new DockerClient(endpoint ?? DockerEndpoint.FromEnvironment());
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "version");
            using var response = await client.SendAsync(request, "tell its version", cancellationToken);
            var version = await ReadJsonAsync(response, cancellationToken) as JsonObject;
            if (!Version.TryParse(version.Text("ApiVersion"), out var api))
                throw new DockerException($"What answers at {client._endpoint.SocketPath} is not a Docker Engine: it does not tell its API version.");
            client.ApiVersion = api;
            client.EngineVersion = version.Text("Version");
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonNode?> GetAsync(string path, string action, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path);
        using var response = await SendAsync(request, action, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    private async Task<JsonNode?> PostAsync(string path, JsonNode? body, string action, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, path);
        // Docker wants a body declared as JSON even where there is nothing to say.
        request.Content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await SendAsync(request, action, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    private async Task DeleteAsync(string path, string action, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Delete, path);
        using var response = await SendAsync(request, action, cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path) => Request(method, path, ApiVersion);

    private static HttpRequestMessage Request(HttpMethod method, string path, Version version) =>
        new(method, $"v{version.ToString(2)}/{path}");

    /// <summary>Sends a request; the answer's headers are there and good when this returns, its body is yet to be read.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string action, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException socket)
        {
            throw new DockerException($"Docker cannot be reached at {_endpoint.SocketPath} ({socket.Message}): is it running, and may this user use it?", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DockerException($"The connection to Docker broke off while asking it to {action}: {e.Message}", e);
        }

        // 304 says that it is so already: stopped, started.
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            return response;
        using (response)
            throw await RefusalAsync(response, action, cancellationToken);
    }

    private static async Task<DockerException> RefusalAsync(HttpResponseMessage response, string action, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        string message;
        try
        {
            message = JsonNode.Parse(body).Text("message");
        }
        catch (JsonException)
        {
            message = body.Trim();
        }

        if (message.Length == 0)
            message = $"it answered with status {(int)response.StatusCode}";
        return new DockerException(response.StatusCode, $"Docker could not {action}: {message.TrimEnd('.')}.");
    }

    private static async Task<JsonNode?> ReadJsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return body.AsSpan().Trim(" \r\n\t"u8).IsEmpty ? null : JsonNode.Parse(body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new DockerException($"Docker's answer cannot be read: {e.Message}", e);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_endpoint.SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A name for a path of the API: slashes stay, they are part of image names.</summary>
    private static string Escape(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }

    private static JsonObject AsObject(JsonNode? node, string what) =>
        node as JsonObject ?? throw new DockerException($"Docker's answer about {what} is not a JSON object.");

    private static IReadOnlyList<JsonObject> AsObjects(JsonNode? node) => [.. node.Items().OfType<JsonObject>()];
}
