using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Migration.Target;

/// <summary>What a container said last that has ended when it should not: it is gone with the container in a moment.</summary>
internal static class LastWords
{
    private const int Lines = 3;

    /// <summary>The end of a sentence with its last lines; empty if it said nothing, or nobody knows.</summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="since">When it was let go: what it said before came along with it.</param>
    public static async Task<string> ReadAsync(DockerClient docker, string containerId, DateTimeOffset since)
    {
        var lines = (await docker.ReadLastLinesAsync(containerId, Lines, since)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 ? $"; it said: {string.Join(" / ", lines)}" : "";
    }
}
