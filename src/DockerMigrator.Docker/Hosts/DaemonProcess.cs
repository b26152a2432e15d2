using System.Text;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.Docker.Hosts;

/// <summary>This host's running <c>dockerd</c>.</summary>
/// <param name="Pid">Its process ID in this PID namespace.</param>
/// <param name="Arguments">Its command line, program first.</param>
public sealed record DaemonProcess(int Pid, IReadOnlyList<string> Arguments)
{
    private const string DefaultConfigFile = "/etc/docker/daemon.json";

    /// <summary>The configuration file it reads.</summary>
    public string ConfigFile
    {
        get
        {
            for (var i = 1; i < Arguments.Count; i++)
            {
                if (Arguments[i].StartsWith("--config-file=", StringComparison.Ordinal))
                    return Absolute(Arguments[i]["--config-file=".Length..]);
                if (Arguments[i] == "--config-file" && i + 1 < Arguments.Count)
                    return Absolute(Arguments[i + 1]);
            }

            return DefaultConfigFile;
        }
    }

    /// <summary>
    /// Whether runtimes come from its command line. It would forget them when it reads runtimes from its file again.
    /// </summary>
    public bool HasRuntimeFlags => Arguments.Any(argument => argument == "--add-runtime" || argument.StartsWith("--add-runtime=", StringComparison.Ordinal));

    /// <summary>Finds it: by its pid file, else by its name.</summary>
    /// <exception cref="DockerException">None runs in this PID namespace, or several do.</exception>
    public static DaemonProcess Find()
    {
        if (File.Exists("/var/run/docker.pid") && int.TryParse(File.ReadAllText("/var/run/docker.pid"), out var pid) && IsDaemon(pid))
            return Read(pid);
        var found = FindPids();
        return found.Count switch
        {
            1 => Read(found[0]),
            0 => throw new DockerException("dockerd was not found among this host's processes: run this on the host itself, not in a container."),
            _ => throw new DockerException($"More than one dockerd runs here (processes {string.Join(", ", found)}): it cannot be told which one to set up."),
        };
    }

    /// <summary>The process IDs of all that run in this PID namespace.</summary>
    public static IReadOnlyList<int> FindPids() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), out var number) ? number : 0)
            .Where(number => number > 0 && IsDaemon(number)),
    ];

    /// <summary>Has it read its configuration file again.</summary>
    /// <exception cref="DockerException">It is gone, or this user may not signal it.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken = default)
    {
        var kill = await Command.Of("sh", "-c", "kill -HUP \"$0\"", Pid.ToString()).RunAsync(cancellationToken);
        if (!kill.Succeeded)
            throw new DockerException($"dockerd (process {Pid}) cannot be told to read its configuration again: {kill.LastWords}");
    }

    /// <summary>Whether a process is a dockerd of this PID namespace: that of a container or a nested host is seen here, too, but is another's.</summary>
    private static bool IsDaemon(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd() == "dockerd"
                && new FileInfo($"/proc/{pid}/ns/pid").LinkTarget == new FileInfo("/proc/self/ns/pid").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static DaemonProcess Read(int pid) =>
        new(pid, Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).TrimEnd('\0').Split('\0'));

    private string Absolute(string path) =>
        Path.IsPathRooted(path) ? path : Path.Combine(new FileInfo($"/proc/{Pid}/cwd").LinkTarget ?? "/", path);
}
