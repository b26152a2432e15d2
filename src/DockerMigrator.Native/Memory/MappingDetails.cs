using System.Globalization;

namespace DockerMigrator.Native.Memory;

/// <summary>
/// A mapping as <c>/proc/PID/smaps</c> tells of it. For that the kernel goes through all pages that the process has, which takes it
/// some ten milliseconds for each million of them.
/// </summary>
/// <param name="Start">First address.</param>
/// <param name="End">Address behind the last.</param>
/// <param name="HasPages">Whether there are pages in memory or swapped out.</param>
/// <param name="IsLocked">Whether it is locked in memory (mlock(2)).</param>
public readonly record struct MappingDetails(ulong Start, ulong End, bool HasPages, bool IsLocked)
{
    /// <summary>The mappings of a process, ascending; null if it is gone.</summary>
    /// <param name="pid">Any thread of the process.</param>
    public static IReadOnlyList<MappingDetails>? TryRead(int pid)
    {
        try
        {
            using var smaps = File.OpenText($"/proc/{pid}/smaps");
            return Parse(smaps);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Parses the file. What is torn at the end is left out.</summary>
    public static IReadOnlyList<MappingDetails> Parse(TextReader smaps)
    {
        var mappings = new List<MappingDetails>();
        MappingDetails? current = null;
        while (smaps.ReadLine() is { } line)
        {
            if (TryParseRange(line) is { } range)
                current = range;
            else if (current is not { } mapping)
                continue;
            else if (IsCount(line, "Rss:") || IsCount(line, "Swap:"))
                current = mapping with { HasPages = true };
            else if (line.StartsWith("VmFlags:", StringComparison.Ordinal))
                // The last line of each.
                mappings.Add(mapping with { IsLocked = line.Split(' ').Contains("lo") });
        }

        return mappings;
    }

    // "Rss:      12 kB"
    private static bool IsCount(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && line.AsSpan(name.Length).ContainsAnyInRange('1', '9');

    // "7f0000000000-7f0000001000 rw-p …"
    private static MappingDetails? TryParseRange(string line)
    {
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return dash > 0 && space > dash
            && ulong.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            && ulong.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
                ? new MappingDetails(start, end, HasPages: false, IsLocked: false)
                : null;
    }
}
