namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A test that moves containers between two hosts, which are empty before it.</summary>
[Collection("lab")]
public abstract class MigrationTest(Hosts hosts) : IAsyncLifetime
{
    /// <summary>Where containers start.</summary>
    protected LabHost Source { get; private set; } = null!;

    /// <summary>Where they go.</summary>
    protected LabHost Target { get; private set; } = null!;

    protected virtual HostPair Pair => HostPair.TrixieToTrixie;

    public virtual async ValueTask InitializeAsync() => await UseAsync(Pair);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Source is null)
            return;
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            await TellAsync(Source, Target);
        else
            await Task.WhenAll(Source.CleanAsync(), Target.CleanAsync());
    }

    /// <summary>Takes another pair of hosts; theories do.</summary>
    protected async Task UseAsync(HostPair pair)
    {
        (Source, Target) = await hosts.GetAsync(pair);
        await Task.WhenAll(Source.CleanAsync(), Target.CleanAsync());
    }

    /// <summary>Goes on with a pair of hosts that have whatever they have.</summary>
    protected async Task GoOnAsync(HostPair pair) => (Source, Target) = await hosts.GetAsync(pair);

    protected Task<MigrationResult> MigrateAsync(string container, params string[] options) =>
        RunningMigration.RunAsync(Source, [container, Target.Name, .. options]);

    /// <summary>Migrates, and fails with all that was said unless it works.</summary>
    protected async Task<MigrationResult> MoveAsync(string container, params string[] options) =>
        (await MigrateAsync(container, options)).ShouldEndWith(0);

    // What is needed to understand a failure, as long as it is there.
    private static async Task TellAsync(params LabHost[] hosts)
    {
        foreach (var host in hosts)
        {
            var said = await host.TryOnAsync("bash", "-c", "docker ps -a; grep -v nameservers /var/log/dockerd.log | tail -n 6 | cut -c1-300; ls -R /run/docker-migrator /var/lib/docker-migrator 2>/dev/null | head -n 40");
            TestContext.Current.TestOutputHelper?.WriteLine($"--- {host.Name}\n{said.Stdout}");
        }
    }
}
