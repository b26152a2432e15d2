using System.Globalization;
using DockerMigrator.Criu.Tasks;

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
        return Parse(ProcFile.TryRead($"/proc/{pid}/smaps") ?? "");
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

    /// <summary>The mappings in <c>/proc/PID/smaps</c> whose <c>VmFlags</c> have <c>lo</c>.</summary>
    public static IReadOnlyList<PageRange> Parse(string smaps)
    {
        var locked = new List<PageRange>();
        var mapping = default(PageRange);
        foreach (var line in smaps.Split('\n'))
        {
            if (line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                if (line.Split(' ').Contains("lo"))
                    locked.Add(mapping);
            }
            else if (TryParseRange(line) is { } range)
            {
                mapping = range;
            }
        }

        return locked;
    }

    // "7f0000000000-7f0000001000 rw-p …"
    private static PageRange? TryParseRange(string line)
    {
        var dash = line.IndexOf('-');
        var space = line.IndexOf(' ');
        return dash > 0 && space > dash
            && ulong.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
                ? new PageRange(start, end)
                : null;
    }
}
