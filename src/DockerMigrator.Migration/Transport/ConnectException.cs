using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Transport;

/// <summary>The other side cannot be reached, or was lost.</summary>
public sealed class ConnectException : MigratorException
{
    /// <summary>Told in one sentence.</summary>
    public ConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Told in one sentence, with the cause.</summary>
    public ConnectException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
