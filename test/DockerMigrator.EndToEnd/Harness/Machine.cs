namespace DockerMigrator.EndToEnd.Harness;

/// <summary>What the tests run on.</summary>
internal static class Machine
{
    /// <summary>Whether it is simulated, and ten times slower than others by its own clock.</summary>
    public static readonly bool IsSimulated = Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_TEST_SIMULATED") is not null;
}
