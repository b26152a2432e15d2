using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>Memory that processes share, as databases have it, goes while the container runs, too.</summary>
[Trait("Area", "Memory")]
public sealed class SharedTests(Hosts hosts) : MigrationTest(hosts)
{
    private const long Size = 256 << 20;

    private const long Little = 16 << 20;

    [Theory]
    [InlineData("uffd-wp")]
    [InlineData("hash")]
    public async Task Only_what_changed_last_of_it_is_copied_in_the_freeze(string tracker)
    {
        await Memzoo.StartAsync(Source, "zoo", "buffers");

        var result = await MoveAsync("zoo", "--tracker", tracker);

        await Memzoo.VerifyGoesOnAsync(Target, "zoo");
        result.Warnings.Should().BeEmpty();
        var memory = MemoryReport.Of(result);
        memory.DirtyBytes.Count.Should().BeGreaterThanOrEqualTo(2);
        memory.DirtyBytes[0].Should().BeGreaterThanOrEqualTo(Size, "the first round takes everything");
        memory.DirtyBytes[^1].Should().BeLessThan(Size / 4);
        memory.SentBytes.Sum().Should().BeGreaterThanOrEqualTo(Size, "it cannot be compressed");
        CheckpointBytes(result).Should().BeLessThan(Little, "CRIU has dumped none of it");
    }

    [Fact]
    public async Task Nobody_needs_to_have_it_mapped()
    {
        // A memfd that is only open, of a size that is no whole number of pages.
        const string Program = """
            import hashlib, os, time
            fd = os.memfd_create("only-open")
            content = os.urandom((24 << 20) + 1234)
            os.write(fd, content)
            sum = hashlib.sha256(content).hexdigest()
            del content
            number = 0
            while True:
                if number % 10 == 0 and hashlib.sha256(os.pread(fd, 1 << 30, 0)).hexdigest() != sum: raise SystemExit("MISMATCH")
                print(number, flush=True)
                number += 1
                time.sleep(0.1)
            """;
        await Source.StartAsync("open", "lab/python", "python3", "-c", Program);
        await NumberLog.WaitForAsync(Source, "open", 3);

        var result = await MoveAsync("open");

        await NumberLog.VerifyGoesOnAsync(Target, "open");
        var verified = await NumberLog.VerifyAsync(Target, "open");
        await NumberLog.WaitForAsync(Target, "open", verified + 20);
        result.Warnings.Should().BeEmpty();
        CheckpointBytes(result).Should().BeLessThan(Little);
    }

    [Fact]
    public async Task All_at_once_it_is_in_the_dump()
    {
        await Memzoo.StartAsync(Source, "zoo", "buffers");

        var result = await MoveAsync("zoo", "--strategy", "stop-and-copy");

        await Memzoo.VerifyGoesOnAsync(Target, "zoo");
        CheckpointBytes(result).Should().BeGreaterThanOrEqualTo(Size);
    }

    [Fact]
    public async Task PostgreSQL_loses_no_row_that_it_has_confirmed()
    {
        await PostgresServer.StartAsync(Source, "db", "-v", "pgdata:/data");
        var before = await Source.InspectAsync("db");
        await using var client = InsertingClient.Start(PostgresServer.Port, Source.Address, Target.Address);
        await Eventually.IsTrueAsync("rows are inserted", () => client.Count > 200);

        var result = await MoveAsync("db");

        var count = client.Count;
        await Eventually.IsTrueAsync("the client follows", () => Target.Address.Equals(client.Answering) && client.Count > count + 200);
        await client.StopAsync();
        await PostgresServer.VerifyAsync(Target);
        (await PostgresServer.RowsAsync(Target)).Should().BeInRange(client.Count, client.Count + client.Unanswered);
        result.Warnings.Should().NotContain(warning => warning.Contains("page filter", StringComparison.Ordinal));
        MemoryReport.Of(result).DirtyBytes[0].Should().BeGreaterThanOrEqualTo(PostgresServer.Bytes, "the buffers are filled, and sent in the first round");
        CheckpointBytes(result).Should().BeLessThan(Little);
        // What it holds in memory may be right while its files are not: after a crash it has only those.
        await Target.DockerAsync("kill", "db");
        await Target.DockerAsync("start", "db");
        await PostgresServer.WaitAsync(Target);
        await PostgresServer.VerifyAsync(Target);
        (await PostgresServer.RowsAsync(Target)).Should().BeInRange(client.Count, client.Count + client.Unanswered);
        await Aftermath.VerifyAsync(Source, Target, before);
        await Aftermath.VerifyCyclesAsync(Target, "db");
    }

    private static long CheckpointBytes(MigrationResult result) => result.Report["bytes"]!["checkpoint"]!.GetValue<long>();
}
