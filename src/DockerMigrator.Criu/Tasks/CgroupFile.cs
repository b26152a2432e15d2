using System.Text;
using DockerMigrator.Criu.Errors;

namespace DockerMigrator.Criu.Tasks;

/// <summary>Control files of a container's cgroup.</summary>
internal static class CgroupFile
{
    /// <summary>The text of one.</summary>
    /// <exception cref="CriuException">It is gone.</exception>
    public static string Read(string directory, string file) => ProcFile.TryRead(Path.Combine(directory, file))
        ?? throw new CriuException($"The container's cgroup {directory} is gone: it no longer runs.");

    /// <summary>Writes one.</summary>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static void Write(string directory, string file, string value)
    {
        try
        {
            // Opened for writing only: File.WriteAllText would create and truncate.
            using var stream = new FileStream(Path.Combine(directory, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(value));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CriuException($"The kernel refused to write {value} to {file} of the container's cgroup: {exception.Message}", exception);
        }
    }
}
