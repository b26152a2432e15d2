using System.Globalization;
using System.Text;

namespace DockerMigrator.Native.Mounts;

/// <summary>The mounts of a process, from <c>/proc/PID/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
public static class MountTable
{
    /// <summary>The mounts of process <paramref name="pid"/>, in the order in which they cover each other.</summary>
    /// <exception cref="IOException">There is no such process any more.</exception>
    public static IReadOnlyList<MountEntry> OfProcess(int pid) =>
        Parse(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/mountinfo"));

    /// <summary>This process's own mounts.</summary>
    public static IReadOnlyList<MountEntry> Own() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>Parses a table; lines that are not understood are left out.</summary>
    public static IReadOnlyList<MountEntry> Parse(string table)
    {
        var result = new List<MountEntry>();
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // 36 35 98:0 /root /mount/point rw,noatime optional:1 fields:2 - ext3 /dev/root rw,errors=continue
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator >= 6 && fields.Length > separator + 3 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                result.Add(new MountEntry(id, Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1], [.. fields[separator + 3].Split(',').Select(Unescape)]));
        }

        return result;
    }

    /// <summary>Undoes the kernel's escapes, a backslash and three octal digits for space, tab, newline, backslash, comma and such.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
