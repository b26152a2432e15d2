namespace DockerMigrator.Criu.Tasks;

/// <summary>
/// Reads from /proc and the cgroup tree, where everything may vanish between two system calls: what is gone reads as
/// null or empty, never as an error.
/// </summary>
public static class ProcFile
{
    /// <summary>The whole text of a file; null if it or its task is gone, or may not be read.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (IsVanished(exception))
        {
            return null;
        }
    }

    /// <summary>Where a symbolic link points, verbatim (<c>socket:[4711]</c>, <c>/etc/hosts</c>); null if it is gone.</summary>
    public static string? TryReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (IsVanished(exception))
        {
            return null;
        }
    }

    /// <summary>The numeric names in a directory (pids, thread ids, descriptors), ascending; empty if it is gone.</summary>
    public static IReadOnlyList<int> NumericEntries(string directory)
    {
        var numbers = new List<int>();
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory))
            {
                if (int.TryParse(Path.GetFileName(path.AsSpan()), out var number))
                    numbers.Add(number);
            }
        }
        catch (Exception exception) when (IsVanished(exception))
        {
            // What was read before it vanished is as good as an earlier reading.
        }

        numbers.Sort();
        return numbers;
    }

    // ESRCH of a task that ends in mid-read arrives as a plain IOException.
    private static bool IsVanished(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
