using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Transports;

/// <summary>The ways to the agent besides ssh.</summary>
[Trait("Area", "Transports")]
public sealed class TransportTests(Hosts hosts) : MigrationTest(hosts)
{
    private const int Port = 7867;

    public override async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { Source, Target })
            await host.OnAsync("rm", "-rf", "/etc/docker-migrator");
        await base.DisposeAsync();
    }

    [Fact]
    public async Task By_tls_with_an_authority_of_ones_own()
    {
        await NumberLog.StartAsync(Source, "counter");
        await IssueAsync(Source, Target);
        await using var agent = BackgroundCommand.Start(Target, "docker-migrator", "agent", "--listen", $":{Port}");
        await ListeningAsync();

        (await RunningMigration.RunAsync(Source, "counter", $"tls://{Target.Name}")).ShouldEndWith(0);

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        (await Source.HasContainerAsync("counter")).Should().BeFalse();
    }

    [Fact]
    public async Task By_tls_a_stranger_is_refused()
    {
        await NumberLog.StartAsync(Source, "counter");
        await IssueAsync(Source, Target);
        // The source gets a certificate of another authority.
        await Source.ShellAsync($"rm -rf /etc/docker-migrator && docker-migrator tls init && docker-migrator tls issue {Source.Name} --out /etc/docker-migrator/tls");
        await using var agent = BackgroundCommand.Start(Target, "docker-migrator", "agent", "--listen", $":{Port}");
        await ListeningAsync();
        var before = await HostState.CaptureAtRestAsync(Target);

        var result = (await RunningMigration.RunAsync(Source, "counter", $"tls://{Target.Name}:{Port}")).ShouldEndWith(3);

        result.Complaints.Should().ContainSingle().Which.Should().MatchRegex("(?i)certificate");
        await HostState.ShouldBecomeAsync(Target, before);
        await NumberLog.VerifyGoesOnAsync(Source, "counter");
    }

    [Fact]
    public async Task By_a_unix_socket()
    {
        await NumberLog.StartAsync(Source, "counter");
        await using var agent = BackgroundCommand.Start(Target, "docker-migrator", "agent", "--listen", "unix:///run/agent.sock");
        await Eventually.IsTrueAsync("it listens", () => File.Exists(Target.PathOf("/run/agent.sock")));
        await using var forward = BackgroundCommand.Start(Source, "ssh", "-nNT", "-o", "StreamLocalBindUnlink=yes", "-L", "/run/forward.sock:/run/agent.sock", Target.Name);
        await Eventually.IsTrueAsync("it is forwarded", () => File.Exists(Source.PathOf("/run/forward.sock")));

        (await RunningMigration.RunAsync(Source, "counter", "unix:///run/forward.sock")).ShouldEndWith(0);

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        (await Source.HasContainerAsync("counter")).Should().BeFalse();
    }

    private Task ListeningAsync() =>
        Eventually.IsTrueAsync("the agent listens", async () => (await Target.OnAsync("ss", "-ltn")).Contains($":{Port} ", StringComparison.Ordinal));

    // As the manual says: an authority on one host, a certificate for each.
    private static async Task IssueAsync(LabHost authority, LabHost other)
    {
        await authority.ShellAsync($"""
            docker-migrator tls init
            docker-migrator tls issue {authority.Name} --out /etc/docker-migrator/tls
            docker-migrator tls issue {other.Name}
            ssh {other.Name} mkdir -p /etc/docker-migrator/tls
            scp -pq /etc/docker-migrator/tls/{other.Name}/* {other.Name}:/etc/docker-migrator/tls/
            """);
    }
}
