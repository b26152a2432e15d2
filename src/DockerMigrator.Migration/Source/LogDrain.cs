using System.Diagnostics;
using DockerMigrator.Docker.Logs;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// What a frozen container wrote last is on its way through containerd's shim and Docker into the log for a moment yet. The log
/// is complete when nothing is left in its pipes and the files do not grow any more.
/// </summary>
internal static class LogDrain
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    // A Docker that does not come to read in that time holds up nobody's downtime: what comes later is sent after the dump, and only
    // "docker logs" on the target misses it until Docker opens the file anew.
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits for it.</summary>
    public static async Task WaitAsync(SourceContext context, CancellationToken cancelled)
    {
        var start = Stopwatch.GetTimestamp();
        for (var (size, before) = (Size(context), -1L); (size != before || HasUnread(context)) && Stopwatch.GetElapsedTime(start) < Limit; size = Size(context))
        {
            before = size;
            await Task.Delay(Interval, cancelled);
        }
    }

    // In the container's pipes, or in those from the shim to Docker, where a usual Docker has them.
    private static bool HasUnread(SourceContext context) =>
        PipesToDocker(context.Container.Id).Append($"/proc/{context.Container.Pid}/fd/1").Append($"/proc/{context.Container.Pid}/fd/2")
            .Any(pipe => PipeLevel.Read(pipe) > 0);

    private static IReadOnlyList<string> PipesToDocker(string containerId)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/run/docker/containerd/{containerId}")
                .Where(path => path.EndsWith("-stdout", StringComparison.Ordinal) || path.EndsWith("-stderr", StringComparison.Ordinal))];
        }
        catch (IOException)
        {
            // Elsewhere, or gone with the container.
            return [];
        }
    }

    private static long Size(SourceContext context) =>
        ContainerLogs.Files(context.Container, context.Survey.Host.DataRoot).Sum(log => new FileInfo(log.Path) is { Exists: true } file ? file.Length : 0);
}
