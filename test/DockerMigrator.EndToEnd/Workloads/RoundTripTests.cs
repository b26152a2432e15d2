using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>The same container, there and back again.</summary>
[Trait("Area", "Workloads")]
public sealed class RoundTripTests(Hosts hosts) : MigrationTest(hosts)
{
    [Fact]
    public async Task There_and_back_again_twice_loses_nothing()
    {
        await Source.StartAsync("family", ["-v", "data:/data", .. PythonProgram.Command("family")]);
        await NumberLog.WaitForAsync(Source, "family", 20);
        var first = await Source.InspectAsync("family");
        var (here, there) = (Source, Target);
        for (var journey = 1; journey <= 4; journey++)
        {
            await here.DockerAsync("exec", "family", "sh", "-c", $"echo {journey} >>/data/journeys && echo {journey} >>/journeys");
            // The volume stays behind at each departure, so the way back finds an old one.
            string[] overwrite = journey > 1 ? ["--volume-overwrite"] : [];

            (await RunningMigration.RunAsync(here, ["family", there.Name, .. overwrite])).ShouldEndWith(0);

            await NumberLog.VerifyGoesOnAsync(there, "family");
            var expected = string.Join('\n', Enumerable.Range(1, journey));
            (await there.DockerAsync("exec", "family", "cat", "/data/journeys")).Should().Be(expected);
            (await there.DockerAsync("exec", "family", "cat", "/journeys")).Should().Be(expected);
            await Aftermath.VerifyAsync(here, there, first);
            (here, there) = (there, here);
        }

        await Aftermath.VerifyCyclesAsync(here, "family");
    }
}
