using System.Globalization;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking;

/// <summary>
/// The mappings of a process that trackers look after: private and anonymous, that is heap, stacks and what programs map for
/// themselves. Those are also the ones that CRIU can restore lazily.
/// </summary>
public static class AnonymousMappings
{
    // Names in brackets of private mappings that are the kernel's own.
    private static readonly string[] Special = ["[vdso]", "[vvar", "[vsyscall]", "[uprobes]", "[sigpage]", "[vectors]", "[shadow"];

    /// <summary>The mappings of a process in order; empty if it is gone.</summary>
    public static IReadOnlyList<PageRange> Read(int pid) => Parse(ProcFile.TryRead($"/proc/{pid}/maps") ?? "");

    /// <summary>Parses <c>/proc/PID/maps</c>: "start-end perms offset device inode [name]".</summary>
    public static IReadOnlyList<PageRange> Parse(string maps)
    {
        var mappings = new List<PageRange>();
        foreach (var line in maps.AsSpan().EnumerateLines())
        {
            if (TryParse(line) is { } mapping)
                mappings.Add(mapping);
        }

        return mappings;
    }

    private static PageRange? TryParse(ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[6];
        var count = line.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count < 5)
            return null;
        var range = line[words[0]];
        var permissions = line[words[1]];
        var inode = line[words[4]];
        var name = count > 5 ? line[words[5]].Trim() : default;
        if (permissions.Length < 4 || permissions[3] != 'p' || inode is not "0" || IsSpecial(name))
            return null;
        var dash = range.IndexOf('-');
        return dash > 0
            && ulong.TryParse(range[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && ulong.TryParse(range[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
                ? new PageRange(start, end)
                : null;
    }

    private static bool IsSpecial(ReadOnlySpan<char> name)
    {
        foreach (var special in Special)
        {
            if (name.StartsWith(special, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
