using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>A container of Redis with data in it.</summary>
internal static class RedisServer
{
    public const int Port = 6379;

    private const int Keys = 20_000;

    private const string Fill = "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'key:' .. i, string.rep(tostring(i), 20)) end return 'OK'";

    // Every value is looked at; the digest of all of them is the answer.
    private const string Digest =
        "local sum = '' for i = 1, tonumber(ARGV[1]) do sum = redis.sha1hex(sum .. redis.call('GET', 'key:' .. i)) end return sum";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Starts it, as the image's user, its port published, and fills it.</summary>
    /// <returns>A digest of its data.</returns>
    public static async Task<string> StartAsync(LabHost host, string name, params string[] options)
    {
        await host.StartAsync(name, ["-p", $"{Port}:{Port}", .. options, "lab/redis"]);
        await Eventually.IsTrueAsync("Redis answers", () => AnswersAsync(host.Address));
        using var redis = await RedisConnection.OpenAsync(host.Address, Port, Limit);
        (await redis.AskAsync(Limit, "EVAL", Fill, "0", Keys.ToString(CultureInfo.InvariantCulture))).Should().Be("OK");
        return await DigestAsync(host);
    }

    /// <summary>A digest of the data.</summary>
    public static async Task<string> DigestAsync(LabHost host)
    {
        using var redis = await RedisConnection.OpenAsync(host.Address, Port, Limit);
        return await redis.AskAsync(Limit, "EVAL", Digest, "0", Keys.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<bool> AnswersAsync(IPAddress address)
    {
        try
        {
            using var redis = await RedisConnection.OpenAsync(address, Port, Limit);
            return await redis.AskAsync(Limit, "PING") == "PONG";
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
