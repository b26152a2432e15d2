using DockerMigrator.Docker.Containers;

namespace DockerMigrator.Docker.Logs;

/// <summary>
/// The log history that Docker keeps in files: of the drivers <c>json-file</c> and <c>local</c>. Drivers that send logs
/// elsewhere have none to move. Docker opens its files when the container starts and appends: files that lie on the
/// target before the first start are the history there.
/// </summary>
public static class ContainerLogs
{
    /// <summary>
    /// The path of the container's current log file, whether it is there yet or not; null if its driver keeps none.
    /// </summary>
    /// <param name="container">The container; its ID is part of the path.</param>
    /// <param name="dockerRoot">The engine's data root (info's DockerRootDir).</param>
    public static string? CurrentFile(ContainerInspect container, string dockerRoot)
    {
        var directory = System.IO.Path.Combine(dockerRoot, "containers", container.Id);
        return container.LogDriver switch
        {
            // Inspect tells the path once the container has run; before that it is where Docker will put it.
            "json-file" => container.LogPath.Length > 0 ? container.LogPath : System.IO.Path.Combine(directory, $"{container.Id}-json.log"),
            "local" => System.IO.Path.Combine(directory, "local-logs", "container.log"),
            _ => null,
        };
    }

    /// <summary>The files that are there: the current one and the rotated ones, oldest first.</summary>
    /// <inheritdoc cref="CurrentFile" path="/param"/>
    public static IReadOnlyList<LogFile> Files(ContainerInspect container, string dockerRoot)
    {
        if (CurrentFile(container, dockerRoot) is not { } current || System.IO.Path.GetDirectoryName(current) is not { } directory || !Directory.Exists(directory))
            return [];
        var name = System.IO.Path.GetFileName(current);
        return
        [
            .. Directory.EnumerateFiles(directory, name + "*")
                .Select(path => new LogFile(path, System.IO.Path.GetFileName(path)[name.Length..]))
                .Where(file => Age(file.Suffix) >= 0)
                .OrderByDescending(file => Age(file.Suffix)),
        ];
    }

    /// <summary>Where a log file of another container has to lie to be this container's history.</summary>
    /// <param name="container">The new container, not started yet.</param>
    /// <param name="dockerRoot">The data root of its engine.</param>
    /// <param name="suffix">The file's <see cref="LogFile.Suffix"/>; from another host, so it is checked.</param>
    /// <returns>Null if this container's driver keeps no files, or there is no such log file.</returns>
    public static string? PathOf(ContainerInspect container, string dockerRoot, string suffix) =>
        Age(suffix) >= 0 && CurrentFile(container, dockerRoot) is { } current ? current + suffix : null;

    /// <summary>0 for the current file, N for <c>.N</c> and <c>.N.gz</c>, -1 for what is no log file (Docker's <c>.tmp</c> ones while it compresses).</summary>
    private static int Age(string suffix)
    {
        if (suffix.Length == 0)
            return 0;
        var number = suffix.EndsWith(".gz", StringComparison.Ordinal) ? suffix[..^3] : suffix;
        return number.Length is > 1 and < 7 && number[0] == '.' && number.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 && number[1] != '0'
            ? int.Parse(number.AsSpan(1))
            : -1;
    }
}
