namespace DockerMigrator.FileSync.Receiving;

/// <summary>A piece of work of a <see cref="WritePool"/>.</summary>
internal interface IWriteJob
{
    /// <summary>Does it, and lets go of what it holds, whatever happens.</summary>
    void Run();

    /// <summary>Lets go of what it holds: it is not to be done any more.</summary>
    void Abandon();
}
