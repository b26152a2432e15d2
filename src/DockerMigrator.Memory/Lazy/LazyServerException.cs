using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Lazy;

/// <summary>Memory cannot be delivered to a restored container.</summary>
public sealed class LazyServerException : MigratorException
{
    /// <summary>A failure told in one sentence.</summary>
    public LazyServerException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public LazyServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
