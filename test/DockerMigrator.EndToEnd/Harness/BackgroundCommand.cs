using System.Diagnostics;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A command that runs in a lab host as long as a test needs it.</summary>
internal sealed class BackgroundCommand : IAsyncDisposable
{
    private readonly Process _process;

    private BackgroundCommand(Process process) => _process = process;

    public static BackgroundCommand Start(LabHost host, params string[] command)
    {
        var start = new ProcessStartInfo(LabTool.Path) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in LabTool.Environment)
            start.Environment[name] = value;
        foreach (var word in (string[])["on", host.Name, .. command])
            start.ArgumentList.Add(word);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new BackgroundCommand(process);
    }

    // The lab ends the command when its caller is killed.
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
