using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Endurance;

/// <summary>One container, moved over and over again.</summary>
[Trait("Length", "Long")]
public sealed class EnduranceTests(Hosts hosts) : MigrationTest(hosts)
{
    // For those who try the test itself.
    private static readonly int RoundTrips = int.Parse(Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_ROUND_TRIPS") ?? "50");

    [Fact]
    public async Task A_hundred_migrations_leave_nothing_behind_and_lose_nothing()
    {
        await Memzoo.StartAsync(Source, "zoo", "threads");
        // The first ones make what stays: directories, caches of the daemons.
        await TravelAsync(roundTrips: 2);
        var (source, target) = (await Leaks.CountAsync(Source), await Leaks.CountAsync(Target));

        await TravelAsync(RoundTrips);

        await Memzoo.VerifyGoesOnAsync(Source, "zoo");
        await Leaks.VerifyNoneAsync(Source, source);
        await Leaks.VerifyNoneAsync(Target, target);
    }

    private async Task TravelAsync(int roundTrips)
    {
        for (var i = 0; i < roundTrips; i++)
        {
            foreach (var (here, there) in new[] { (Source, Target), (Target, Source) })
            {
                var rounds = await VerifiedMemory.RoundsAsync(here, "zoo");
                (await RunningMigration.RunAsync(here, "zoo", there.Name)).ShouldEndWith(0);
                await VerifiedMemory.WaitForAsync(there, "zoo", rounds + 1);
                (await here.HasContainerAsync("zoo")).Should().BeFalse();
            }
        }
    }
}
