namespace DockerMigrator.Runtime.Reporting;

/// <summary>A failure told in one sentence, which Docker shows to its user.</summary>
internal sealed class RestoreException : Exception
{
    public RestoreException(string message)
        : base(message)
    {
    }
}
