using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Criu.Errors;

/// <summary>Freezing, inspecting, dumping or storing a container failed, in CRIU or around it.</summary>
public sealed class CriuException : MigratorException
{
    /// <summary>A failure told in one sentence.</summary>
    public CriuException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public CriuException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
