using System.Text;

namespace DockerMigrator.Criu.Tasks;

/// <summary>A line of <c>/proc/PID/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
/// <param name="Id">Mount id, as in a descriptor's <c>mnt_id</c>.</param>
/// <param name="Root">Which directory of the file system is mounted.</param>
/// <param name="MountPoint">Where, seen from the process's root.</param>
/// <param name="Type">File system type, with its subtype (<c>fuse.sshfs</c>).</param>
/// <param name="Source">Device or file system's own word.</param>
/// <param name="SuperOptions">Options of the file system.</param>
public sealed record MountEntry(int Id, string Root, string MountPoint, string Type, string Source, IReadOnlyList<string> SuperOptions)
{
    /// <summary>The mounts that a process sees; empty if it is gone.</summary>
    public static IReadOnlyList<MountEntry> Read(string pid) => ParseAll(ProcFile.TryRead($"/proc/{pid}/mountinfo") ?? "");

    /// <summary>Parses the file; torn lines are left out.</summary>
    public static IReadOnlyList<MountEntry> ParseAll(string text)
    {
        var entries = new List<MountEntry>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is { } entry)
                entries.Add(entry);
        }

        return entries;
    }

    private static MountEntry? Parse(string line)
    {
        // id parent major:minor root mountpoint options [optional…] - type source superoptions
        var words = line.Split(' ');
        var dash = Array.IndexOf(words, "-", Math.Min(6, words.Length));
        if (dash < 6 || words.Length < dash + 4 || !int.TryParse(words[0], out var id))
            return null;
        return new MountEntry(
            id, Unescape(words[3]), Unescape(words[4]), words[dash + 1], Unescape(words[dash + 2]), words[dash + 3].Split(','));
    }

    // Blanks, tabs, newlines and backslashes are written as \ and three octal digits.
    private static string Unescape(string word)
    {
        if (!word.Contains('\\'))
            return word;
        var result = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '\\' && i + 3 < word.Length && IsOctal(word[i + 1]) && IsOctal(word[i + 2]) && IsOctal(word[i + 3]))
            {
                result.Append((char)(((word[i + 1] - '0') << 6) | ((word[i + 2] - '0') << 3) | (word[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(word[i]);
            }
        }

        return result.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
