using DockerMigrator.Native.Exec;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Runtime.CommandLine;

/// <summary>The real runtime, which does all the work.</summary>
internal static class Runc
{
    /// <summary>Environment variable that names the runc to use.</summary>
    public const string PathVariable = "DOCKER_MIGRATOR_RUNC";

    private const string FallbackPath = "/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Becomes runc with this process's arguments. Does not return.</summary>
    public static int Become()
    {
        ProcessImage.ReplaceKeepingArguments(Find());
        return 1;
    }

    /// <summary>The path of runc.</summary>
    /// <exception cref="RestoreException">There is none.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } chosen)
            return chosen;
        return Find(Environment.GetEnvironmentVariable("PATH")) ?? Find(FallbackPath)
            ?? throw new RestoreException($"runc was not found in PATH nor in {FallbackPath}; name it in {PathVariable}.");
    }

    private static string? Find(string? path)
    {
        foreach (var directory in (path ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = $"{directory}/runc";
            // Somebody may have put this program in runc's place: it must not call itself for ever.
            if (File.Exists(candidate) && (File.GetUnixFileMode(candidate) & Executable) != UnixFileMode.None
                && (File.ResolveLinkTarget(candidate, returnFinalTarget: true)?.FullName ?? candidate) != Environment.ProcessPath)
            {
                return candidate;
            }
        }

        return null;
    }
}
