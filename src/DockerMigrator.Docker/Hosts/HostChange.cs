namespace DockerMigrator.Docker.Hosts;

/// <summary>What setting up a host, or undoing it, came to.</summary>
/// <param name="Changed">False if everything was so already.</param>
/// <param name="ConfigFile">Docker's configuration file.</param>
public sealed record HostChange(bool Changed, string ConfigFile);
