namespace DockerMigrator.FileSync.Trees;

/// <summary>What a name in a source's directory tells.</summary>
public enum EntryMeaning
{
    /// <summary>There is something of that name.</summary>
    Present,

    /// <summary>What the image has of that name was removed by the container.</summary>
    Removed,
}
