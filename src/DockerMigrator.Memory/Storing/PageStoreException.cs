using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Storing;

/// <summary>Pages that came from the source cannot be stored, or are not what a container can be restored from.</summary>
public sealed class PageStoreException : MigratorException
{
    /// <summary>A failure told in one sentence.</summary>
    public PageStoreException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public PageStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
