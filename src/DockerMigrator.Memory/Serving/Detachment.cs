using System.Runtime.InteropServices;

namespace DockerMigrator.Memory.Serving;

/// <summary>Makes this process one that nobody ends by accident.</summary>
public sealed class Detachment : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>
    /// From now on signals that mean "please end" are ignored, and the process is the last to be chosen when memory runs out. It leaves
    /// its control group, with which a service manager or a login session would end it and count its memory.
    /// </summary>
    public Detachment()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));
        TryWrite("/proc/self/oom_score_adj", "-1000");
        foreach (var root in CgroupRoots())
            TryWrite($"{root}/cgroup.procs", "0");
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private static IEnumerable<string> CgroupRoots()
    {
        const string Mount = "/sys/fs/cgroup";
        return File.Exists($"{Mount}/cgroup.procs") ? [Mount] : Directory.Exists(Mount) ? Directory.EnumerateDirectories(Mount) : [];
    }

    private static void TryWrite(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It works without, as well as it can.
        }
    }
}
