using System.Text.Json.Nodes;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>The host paths of bind mounts whose content is copied.</summary>
public static class BindSource
{
    /// <summary>Makes the path if it is not there, so that Docker finds it. What is made is in the journal first.</summary>
    /// <exception cref="MigratorException">It cannot be made.</exception>
    public static void Create(Journal journal, CopiedBind bind)
    {
        if (!Path.IsPathFullyQualified(bind.Source) || Path.GetFullPath(bind.Source) != bind.Source)
            throw new MigratorException($"\"{bind.Source}\" is no plain absolute path.");
        if (Path.Exists(bind.Source))
            return;
        journal.Append(JournalSteps.Bind, new JsonObject { ["path"] = FirstMissing(bind.Source) });
        try
        {
            if (bind.IsFile)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(bind.Source)!);
                File.Create(bind.Source).Dispose();
            }
            else
            {
                Directory.CreateDirectory(bind.Source);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigratorException($"{bind.Source} cannot be made for the bind mount {bind.Destination}: {e.Message}", e);
        }
    }

    /// <summary>Takes away what <see cref="Create"/> made.</summary>
    /// <param name="path">The topmost path that was not there before.</param>
    public static void Remove(string path)
    {
        // Never follows a link: what is removed is what was made.
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static string FirstMissing(string path)
    {
        var missing = path;
        while (Path.GetDirectoryName(missing) is { } parent && !Path.Exists(parent))
            missing = parent;
        return missing;
    }
}
