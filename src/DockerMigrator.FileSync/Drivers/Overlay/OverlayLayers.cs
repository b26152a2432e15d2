using System.Text;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>The directories of an overlay mount, all as absolute paths.</summary>
/// <param name="Upper">Where changes are.</param>
/// <param name="Work">The file system's own scratch directory beside it.</param>
/// <param name="Lowers">What the changes are on top of, topmost first.</param>
internal sealed record OverlayLayers(string Upper, string Work, IReadOnlyList<string> Lowers)
{
    /// <summary>From mount options, as in mountinfo or from containerd. Null if they are not a writable overlay's.</summary>
    /// <param name="options">Each as "name=value", unescaped by octal rules.</param>
    /// <param name="baseDirectory">What relative paths are relative to: Docker makes long option strings fit by them.</param>
    public static OverlayLayers? FromOptions(IReadOnlyList<string> options, string baseDirectory)
    {
        string? upper = null, work = null;
        var lowers = new List<string>();
        foreach (var option in options)
        {
            var (name, value) = option.IndexOf('=', StringComparison.Ordinal) is var split and > 0 ? (option[..split], option[(split + 1)..]) : (option, "");
            switch (name)
            {
                case "upperdir":
                    upper = Path.Combine(baseDirectory, Unescape(value));
                    break;
                case "workdir":
                    work = Path.Combine(baseDirectory, Unescape(value));
                    break;
                case "lowerdir":
                    lowers.AddRange(SplitLowers(value).Select(lower => Path.Combine(baseDirectory, lower)));
                    break;
                case "lowerdir+":
                    lowers.Add(Path.Combine(baseDirectory, value));
                    break;
            }
        }

        return upper is null || work is null || lowers.Count == 0 ? null : new OverlayLayers(upper, work, lowers);
    }

    /// <summary>Splits at colons that have no backslash before them.</summary>
    public static IEnumerable<string> SplitLowers(string value)
    {
        var current = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
            {
                current.Append(value[++i]);
            }
            else if (value[i] == ':')
            {
                yield return current.ToString();
                current.Clear();
            }
            else
            {
                current.Append(value[i]);
            }
        }

        yield return current.ToString();
    }

    /// <summary>The options of mount(2), with paths relative to <paramref name="baseDirectory"/> where they are below it.</summary>
    public string ToOptions(string baseDirectory)
    {
        var lowers = string.Join(':', Lowers.Select(lower => Escape(Shorten(lower, baseDirectory), ":,\\")));
        return $"lowerdir={lowers},upperdir={Escape(Shorten(Upper, baseDirectory), ",\\")},workdir={Escape(Shorten(Work, baseDirectory), ",\\")}";
    }

    /// <summary>The deepest directory that holds all of them.</summary>
    public string CommonDirectory()
    {
        var common = Path.GetDirectoryName(Upper)!;
        while (!Lowers.Append(Work).All(path => path.StartsWith(common == "/" ? common : common + "/", StringComparison.Ordinal)))
            common = Path.GetDirectoryName(common)!;
        return common;
    }

    private static string Shorten(string path, string baseDirectory) =>
        baseDirectory != "/" && path.StartsWith(baseDirectory + "/", StringComparison.Ordinal) ? path[(baseDirectory.Length + 1)..] : path;

    private static string Escape(string path, string special)
    {
        foreach (var c in special.Reverse())
            path = path.Replace(c.ToString(), "\\" + c, StringComparison.Ordinal);
        return path;
    }

    private static string Unescape(string value) => SplitLowers(value.Replace(":", "\\:", StringComparison.Ordinal)).First();
}
