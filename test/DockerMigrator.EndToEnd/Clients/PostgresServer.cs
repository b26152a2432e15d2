using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>A container of PostgreSQL: processes that share one large piece of memory, with data in it.</summary>
internal static class PostgresServer
{
    public const int Port = 5432;

    /// <summary>Bytes of the data, all of which fits the buffers and stays there.</summary>
    public const long Bytes = 128 << 20;

    // A row fills a quarter of a page of 8 KiB, and is short enough to be kept there as it is.
    private const int Rows = 65_536;

    // An insert leaves its pages in the buffers, unlike "create table as".
    private const string Fill =
        "insert into filled select i, (select string_agg(md5((i * 1000 + j)::text), '') from generate_series(1, 60) j) from generate_series(1, 65536) i";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Starts it, as the image's user, its port published, and fills it.</summary>
    public static async Task StartAsync(LabHost host, string name, params string[] options)
    {
        await host.StartAsync(name, ["-p", $"{Port}:{Port}", .. options, "lab/postgres"]);
        await WaitAsync(host);
        using var connection = await PostgresConnection.OpenAsync(host.Address, Port, Limit);
        await connection.AskAsync(Limit, "create table filled (i integer, text text)");
        await connection.AskAsync(Limit, Fill);
        await connection.AskAsync(Limit, "create table inserted (number bigint primary key)");
        await VerifyAsync(host);
    }

    /// <summary>Waits until it answers.</summary>
    public static Task WaitAsync(LabHost host) => Eventually.IsTrueAsync("PostgreSQL answers", () => AnswersAsync(host.Address));

    /// <summary>Fails unless the data is what it was filled with.</summary>
    public static async Task VerifyAsync(LabHost host)
    {
        using var connection = await PostgresConnection.OpenAsync(host.Address, Port, Limit);
        var wrong = await connection.AskAsync(
            Limit, "select count(*) from filled where text <> (select string_agg(md5((i * 1000 + j)::text), '') from generate_series(1, 60) j)");
        wrong.Should().Be("0");
        (await connection.AskAsync(Limit, "select count(*) from filled")).Should().Be(Rows.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How many rows the table has that clients insert into; by looking at the table and by its index.</summary>
    public static async Task<long> RowsAsync(LabHost host)
    {
        using var connection = await PostgresConnection.OpenAsync(host.Address, Port, Limit);
        await connection.AskAsync(Limit, "set enable_seqscan = off");
        var byIndex = await connection.AskAsync(Limit, "select count(number) from inserted where number > 0");
        await connection.AskAsync(Limit, "set enable_seqscan = on; set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off");
        (await connection.AskAsync(Limit, "select count(number) from inserted where number > 0")).Should().Be(byIndex);
        return long.Parse(byIndex, CultureInfo.InvariantCulture);
    }

    private static async Task<bool> AnswersAsync(IPAddress address)
    {
        try
        {
            using var connection = await PostgresConnection.OpenAsync(address, Port, Limit);
            return await connection.AskAsync(Limit, "select 42") == "42";
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
