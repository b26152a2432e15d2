namespace DockerMigrator.Criu.Images;

/// <summary>How an entry says how many pages it has.</summary>
public enum PagemapFormat
{
    /// <summary>In field 2: CRIU before 4.2.</summary>
    Narrow,

    /// <summary>In field 5, field 2 being 0: CRIU from 4.2 on.</summary>
    Wide,
}
