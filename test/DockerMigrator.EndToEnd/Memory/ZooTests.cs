using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>Programs that use memory in every way there is, and notice each page that is lost, mixed up or too old.</summary>
[Trait("Area", "Memory")]
public sealed class ZooTests(Hosts hosts) : MigrationTest(hosts)
{
    public static TheoryData<string> Modes => [.. Memzoo.Modes];

    [Theory, MemberData(nameof(Modes))]
    public async Task Memory_moves_there_and_back_without_a_wrong_byte(string mode)
    {
        await Memzoo.StartAsync(Source, "zoo", mode);
        var processes = await Memzoo.ProcessesAsync(Source, "zoo");
        foreach (var (here, there) in new[] { (Source, Target), (Target, Source) })
        {
            (await RunningMigration.RunAsync(here, "zoo", there.Name)).ShouldEndWith(0);

            await Memzoo.VerifyGoesOnAsync(there, "zoo");
            (await Memzoo.ProcessesAsync(there, "zoo")).Should().Equal(processes);
            (await here.HasContainerAsync("zoo")).Should().BeFalse();
        }
    }

    [Fact]
    public async Task Addresses_that_are_hardly_used_cost_nothing()
    {
        await Memzoo.StartAsync(Source, "zoo", "sparse");

        var result = await MoveAsync("zoo");

        result.Report["bytes"]!.AsObject().Sum(kind => kind.Value!.GetValue<long>()).Should().BeLessThan(8_000_000);
        result.TotalMs.Should().BeLessThan(Machine.IsSimulated ? 60_000 : 10_000);
    }
}
