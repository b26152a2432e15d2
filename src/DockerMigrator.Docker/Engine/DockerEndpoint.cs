namespace DockerMigrator.Docker.Engine;

/// <summary>Where this host's Docker Engine listens.</summary>
/// <param name="SocketPath">Path of the Unix socket.</param>
public sealed record DockerEndpoint(string SocketPath)
{
    /// <summary>Where Docker listens unless told otherwise.</summary>
    public static DockerEndpoint Default { get; } = new("/var/run/docker.sock");

    /// <summary>The endpoint of the environment: <c>DOCKER_HOST</c> if set, else the default socket.</summary>
    public static DockerEndpoint FromEnvironment() => Parse(Environment.GetEnvironmentVariable("DOCKER_HOST"));

    /// <summary>The endpoint that a value of <c>DOCKER_HOST</c> names.</summary>
    /// <exception cref="DockerException">It names an engine that cannot be of this host.</exception>
    public static DockerEndpoint Parse(string? dockerHost)
    {
        const string Scheme = "unix://";
        if (string.IsNullOrEmpty(dockerHost))
            return Default;
        if (!dockerHost.StartsWith(Scheme, StringComparison.Ordinal) || dockerHost.Length == Scheme.Length)
            throw new DockerException($"DOCKER_HOST is \"{dockerHost}\", but only an engine of this host can be used: unset it or give unix:///PATH.");
        return new DockerEndpoint(dockerHost[Scheme.Length..]);
    }
}
