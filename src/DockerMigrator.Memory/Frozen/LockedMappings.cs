using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Frozen;

/// <summary>Mappings that a process has locked in memory (mlock(2)): CRIU never restores those lazily, so they are left to CRIU.</summary>
public static class LockedMappings
{
    /// <summary>The mappings of a process, sorted; empty if it has none or is gone.</summary>
    public static IReadOnlyList<PageRange> Read(int pid)
    {
        // Going through all mappings takes the kernel long; nearly no process has locked any.
        if (ProcFile.TryRead($"/proc/{pid}/status") is not { } status || !HasLocked(status))
            return [];
        return [.. from mapping in MappingDetails.TryRead(pid) ?? [] where mapping.IsLocked select new PageRange(mapping.Start, mapping.End)];
    }

    /// <summary>Whether <c>/proc/PID/status</c> counts locked memory.</summary>
    public static bool HasLocked(string status)
    {
        foreach (var line in status.Split('\n'))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["VmLck:", var kibibytes, ..])
                return kibibytes != "0";
        }

        return false;
    }
}
