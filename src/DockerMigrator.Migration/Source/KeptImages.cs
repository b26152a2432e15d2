namespace DockerMigrator.Migration.Source;

/// <summary>Copies the CRIU images and the log of the dump out of memory, for those who want to look at them.</summary>
public static class KeptImages
{
    /// <summary>Copies them, if the user asked for it and there are any. A failure is a warning.</summary>
    public static void Save(SourceContext context)
    {
        if (context.Options.KeepImages is not { } directory || context.Images is not { } images)
            return;
        try
        {
            foreach (var file in Directory.EnumerateFiles(images.MountPoint, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(directory, Path.GetRelativePath(images.MountPoint, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Clock.Warn($"The CRIU images could not be kept in {directory}: {e.Message}");
        }
    }
}
