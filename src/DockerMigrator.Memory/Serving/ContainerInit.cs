using System.Globalization;
using DockerMigrator.Native.Restore;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Memory.Serving;

/// <summary>The first process of a restored container, with which all others go.</summary>
internal sealed class ContainerInit(string containerId)
{
    /// <summary>Its PID on the host; null until the restore has told it.</summary>
    public int? Pid
    {
        get
        {
            try
            {
                var text = File.ReadAllText(RestoreDirectory.For(containerId).File(RestoreDirectory.PidName));
                return int.TryParse(text, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Kills it, if it still is the container's; whether it was.</summary>
    public bool Kill()
    {
        if ((Pid ?? LazyDirectory.For(containerId).Read()?.Init) is not { } pid)
            return false;
        // First get hold of the process, then look whether it is the right one.
        using var init = ProcessHandle.TryOpen(pid);
        return init is not null && IsOfContainer(pid) && init.Kill();
    }

    private bool IsOfContainer(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cgroup").Contains(containerId, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
