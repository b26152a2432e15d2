using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using DockerMigrator.Protocol;

namespace DockerMigrator.Migration.Transport;

/// <summary>
/// An agent started through the system's own <c>ssh</c>, so that its configuration, agent, jump hosts and known hosts
/// hold here too. Nothing has to run on the other host beforehand.
/// </summary>
public sealed class SshChannel : IByteChannel
{
    // Only root can do what the agent does; another user gets there by sudo if it needs no password.
    private const string RemoteCommand =
        "if [ \"$(id -u)\" = 0 ]; then exec docker-migrator agent --stdio; else exec sudo -n docker-migrator agent --stdio; fi";

    private readonly Process _ssh;
    private readonly StringBuilder _stderr = new();
    private readonly Task _stderrEnd;

    private SshChannel(Process ssh, string peer)
    {
        _ssh = ssh;
        Peer = peer;
        _stderrEnd = CollectStderrAsync();
    }

    /// <inheritdoc/>
    public string Peer { get; }

    /// <inheritdoc/>
    public Stream Input => _ssh.StandardOutput.BaseStream;

    /// <inheritdoc/>
    public Stream Output => _ssh.StandardInput.BaseStream;

    /// <summary>Starts ssh. Whether it gets through shows with the first answer.</summary>
    /// <exception cref="ConnectException">There is no ssh on this host.</exception>
    public static SshChannel Open(Destination.Ssh destination)
    {
        var start = new ProcessStartInfo("ssh")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Arguments(destination, mayAsk: !Console.IsInputRedirected))
            start.ArgumentList.Add(argument);
        try
        {
            return new SshChannel(Process.Start(start)!, destination.Host);
        }
        catch (Win32Exception e)
        {
            throw new ConnectException($"ssh cannot be started on this host ({e.Message}); install the OpenSSH client.", e);
        }
    }

    /// <summary>The arguments for ssh. Without a terminal it must fail rather than ask for a password nobody can type.</summary>
    public static IReadOnlyList<string> Arguments(Destination.Ssh destination, bool mayAsk)
    {
        var arguments = new List<string> { "-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "ConnectTimeout=15" };
        if (!mayAsk)
            arguments.AddRange(["-o", "BatchMode=yes"]);
        if (destination.Port is { } port)
            arguments.AddRange(["-p", port.ToString()]);
        arguments.Add(destination.User is null ? destination.HostName : $"{destination.User}@{destination.HostName}");
        arguments.Add(RemoteCommand);
        return arguments;
    }

    /// <inheritdoc/>
    public async ValueTask<string?> ExplainEndAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _ssh.WaitForExitAsync(soon.Token);
            await _stderrEnd.WaitAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var said = LastWords();
        return _ssh.ExitCode switch
        {
            127 => $"docker-migrator is not installed on {Peer}, or not in the PATH that ssh gives there ({said ?? "status 127"}). Install it, then run \"docker-migrator host setup\" there.",
            // Also what ssh ends with when a signal ended the agent; then it has nothing to say.
            255 when said is null => $"the agent on {Peer} was killed, or the connection cut.",
            255 => $"ssh cannot reach {Peer}: {said}",
            _ => $"the agent on {Peer} ended with status {_ssh.ExitCode}: {said ?? "without a word"}",
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_ssh.HasExited)
        {
            // Closing its input lets the agent see the end and clean up; ssh follows by itself.
            try
            {
                _ssh.StandardInput.Close();
                using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
                await _ssh.WaitForExitAsync(soon.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                _ssh.Kill(entireProcessTree: true);
            }
        }

        _ssh.Dispose();
    }

    private string? LastWords()
    {
        lock (_stderr)
        {
            var lines = _stderr.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length == 0 ? null : lines[^1];
        }
    }

    private async Task CollectStderrAsync()
    {
        while (await _ssh.StandardError.ReadLineAsync() is { } line)
        {
            lock (_stderr)
            {
                // Only last words are ever shown: what a chatty remote shell said before may go.
                if (_stderr.Length > 64 * 1024)
                    _stderr.Clear();
                _stderr.AppendLine(line);
            }
        }
    }
}
