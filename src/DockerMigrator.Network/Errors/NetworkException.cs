using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Network.Errors;

/// <summary>A container's network could not be inspected, locked or unlocked.</summary>
public sealed class NetworkException : MigratorException
{
    /// <summary>A failure told in one sentence.</summary>
    public NetworkException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public NetworkException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
