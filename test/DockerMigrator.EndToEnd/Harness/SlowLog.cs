using System.Diagnostics;
using System.Globalization;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>
/// Makes a host's Docker take long over each write to a container's log, as on a disk that is busy; by strace(1), which holds up the
/// thread that writes.
/// </summary>
internal sealed class SlowLog : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _strace;

    private SlowLog(Process strace) => _strace = strace;

    public static async Task<SlowLog> StartAsync(LabHost host, string container, TimeSpan delay)
    {
        var path = (await host.InspectAsync(container)).LogPath;
        var daemon = FindDaemon(path);
        var start = new ProcessStartInfo("strace") { UseShellExecute = false, RedirectStandardError = true };
        foreach (var word in (string[])
            ["-f", "-p", $"{daemon}", "-P", path, "-e", "trace=write", "-e", $"inject=write:delay_enter={delay.TotalMilliseconds:0}ms", "-o", "/dev/null"])
        {
            start.ArgumentList.Add(word);
        }

        var strace = Process.Start(start)!;
        strace.ErrorDataReceived += (_, _) => { };
        strace.BeginErrorReadLine();
        var slow = new SlowLog(strace);
        try
        {
            await Eventually.IsTrueAsync("strace holds all threads of dockerd", () => Directory.EnumerateDirectories($"/proc/{daemon}/task").All(IsTraced));
            return slow;
        }
        catch
        {
            await slow.DisposeAsync();
            throw;
        }
    }

    // It lets go of what it traces when it is told to end, and so does the kernel for it if it does not listen.
    public async ValueTask DisposeAsync()
    {
        if (!_strace.HasExited)
            Process.Start("kill", _strace.Id.ToString(CultureInfo.InvariantCulture)).Dispose();
        await Task.WhenAny(_strace.WaitForExitAsync(), Task.Delay(Patience));
        if (!_strace.HasExited)
            _strace.Kill();
        _strace.Dispose();
    }

    private static string FindDaemon(string logPath) => Directory.EnumerateDirectories("/proc")
        .Where(process => File.Exists(process + "/comm") && Read(process + "/comm") == "dockerd\n")
        .Single(process => Directory.EnumerateFileSystemEntries(process + "/fd").Any(file => new FileInfo(file).LinkTarget == logPath))["/proc/".Length..];

    private static bool IsTraced(string thread) =>
        Read(thread + "/status").Split('\n').FirstOrDefault(line => line.StartsWith("TracerPid:", StringComparison.Ordinal)) is { } line && line != "TracerPid:\t0";

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended in between.
            return "";
        }
    }
}
