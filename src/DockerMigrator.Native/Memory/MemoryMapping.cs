using System.Globalization;

namespace DockerMigrator.Native.Memory;

/// <summary>A line of <c>/proc/PID/maps</c>.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">Address behind the last.</param>
/// <param name="IsExecutable">Whether code may run there.</param>
/// <param name="IsPrivate">Whether what is written stays the process's own.</param>
/// <param name="Inode">Inode of the mapped file; 0 for none.</param>
/// <param name="Name">Path of the file, or what the kernel calls it: <c>[heap]</c>, <c>[vdso]</c> …; empty for most anonymous ones.</param>
public readonly record struct MemoryMapping(ulong Start, ulong End, bool IsExecutable, bool IsPrivate, ulong Inode, string Name)
{
    /// <summary>
    /// Whether it is the process's own memory and nothing else: no file, not shared, none of the kernel's pages. Huge pages
    /// of <c>hugetlbfs</c> have a file.
    /// </summary>
    public bool IsPrivateAnonymous => IsPrivate && Inode == 0
        && (Name.Length == 0 || Name is "[heap]" or "[stack]" || Name.StartsWith("[anon:", StringComparison.Ordinal));

    /// <summary>The mappings of a process, ascending; empty if it is gone.</summary>
    /// <param name="pid">Any thread of the process.</param>
    public static IReadOnlyList<MemoryMapping> Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/maps"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Parses the file; torn lines are left out.</summary>
    public static IReadOnlyList<MemoryMapping> Parse(string text)
    {
        var mappings = new List<MemoryMapping>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (ParseLine(line) is { } mapping)
                mappings.Add(mapping);
        }

        return mappings;
    }

    private static MemoryMapping? ParseLine(ReadOnlySpan<char> line)
    {
        // start-end permissions offset device inode name, where only the name may have blanks
        var rest = line;
        var addresses = NextWord(ref rest);
        var permissions = NextWord(ref rest);
        NextWord(ref rest);
        NextWord(ref rest);
        var inode = NextWord(ref rest);
        var dash = addresses.IndexOf('-');
        if (dash < 0 || permissions.Length != 4 || !TryParseAddress(addresses[..dash], out var start)
            || !TryParseAddress(addresses[(dash + 1)..], out var end) || !ulong.TryParse(inode, out var number))
        {
            return null;
        }

        var name = rest.TrimStart(' ');
        return new MemoryMapping(start, end, permissions[2] == 'x', permissions[3] == 'p', number, name.IsEmpty ? "" : name.ToString());
    }

    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    private static bool TryParseAddress(ReadOnlySpan<char> word, out ulong address) =>
        ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address);
}
