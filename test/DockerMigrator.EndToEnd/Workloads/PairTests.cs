using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>On every pair of hosts: a server with data and a client, and a family of processes that check themselves.</summary>
[Trait("Area", "Pairs")]
public sealed class PairTests(Hosts hosts) : MigrationTest(hosts)
{
    // Fewer, where not all kinds of hosts can be had.
    private static readonly string? Chosen = Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_TEST_PAIRS");

    public static TheoryData<HostPair> Pairs =>
        [.. Chosen?.Split(' ').Select(Enum.Parse<HostPair>) ?? Enum.GetValues<HostPair>().Except([HostPair.TrixieToLegacy])];

    // Each theory names its pair.
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory, MemberData(nameof(Pairs))]
    public async Task Redis_moves_with_its_data_and_its_client_loses_no_increment(HostPair pair)
    {
        await UseAsync(pair);
        var data = await RedisServer.StartAsync(Source, "redis");
        var before = await Source.InspectAsync("redis");
        await using var client = IncrementingClient.Start(RedisServer.Port, Source.Address, Target.Address);
        await Eventually.IsTrueAsync("the client counts", () => client.Count > 200);

        var result = await MoveAsync("redis");

        await Eventually.IsTrueAsync("the client follows", () => Target.Address.Equals(client.Answering));
        var count = client.Count;
        await Eventually.IsTrueAsync("the client goes on", () => client.Count > count + 200);
        await client.StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{pair}: downtime {result.DowntimeMs:0} ms, the client's longest gap {client.LongestGap.TotalMilliseconds:0} ms");
        (await RedisServer.DigestAsync(Target)).Should().Be(data);
        await Aftermath.VerifyAsync(Source, Target, before);
        await Aftermath.VerifyCyclesAsync(Target, "redis");
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_program_with_threads_and_children_goes_on_as_it_was(HostPair pair)
    {
        await UseAsync(pair);
        await Source.StartAsync("family", PythonProgram.Command("family"));
        await NumberLog.WaitForAsync(Source, "family", 50);
        var before = await Source.InspectAsync("family");
        var processes = await ProcessesAsync(Source);

        await MoveAsync("family");

        await NumberLog.VerifyGoesOnAsync(Target, "family");
        (await ProcessesAsync(Target)).Should().Be(processes);
        await Aftermath.VerifyAsync(Source, Target, before);
        await Aftermath.VerifyCyclesAsync(Target, "family");
    }

    // PIDs as the container sees them, and the threads of each.
    private static Task<string> ProcessesAsync(LabHost host) =>
        host.DockerAsync("exec", "family", "sh", "-c", "for p in 1 $(cat /proc/1/task/1/children | tr ' ' '\\n' | sort); do echo $p $(ls /proc/$p/task); done");
}
