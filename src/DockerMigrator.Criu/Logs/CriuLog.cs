using System.Text.RegularExpressions;

namespace DockerMigrator.Criu.Logs;

/// <summary>
/// CRIU's log files (<c>dump.log</c>, <c>restore.log</c>): lines such as
/// <c>(00.061234)    123: Error (criu/sk-inet.c:191): Unsupported proto 262 for socket 1f</c>.
/// </summary>
public static partial class CriuLog
{
    private const int MostErrors = 3;

    // A log at a high level of detail has hundreds of megabytes at worst; the errors are at its end.
    private const long TailBytes = 4 << 20;

    // Said on every failure, and of things that do no harm: they hide the cause.
    private static readonly string[] Noise =
    [
        "Dumping FAILED", "Restoring FAILED", "Pre-dumping FAILED", "Can't setup RLIMIT_NOFILE for self",
        "Dump files (pid:", "Can't dump files", "Failed to read from page", "Unix socket not found", "Could not cache",
    ];

    /// <summary>
    /// The errors of a log file in CRIU's own words, the most telling first (the first that was reported: what follows are
    /// its consequences), without repetitions, at most three; empty if there is no such file or no error in it.
    /// </summary>
    public static IReadOnlyList<string> LastErrors(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > TailBytes)
                file.Seek(-TailBytes, SeekOrigin.End);
            using var reader = new StreamReader(file);
            return ParseErrors(reader.ReadToEnd());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The errors in a log's text; see <see cref="LastErrors"/>.</summary>
    public static IReadOnlyList<string> ParseErrors(string log)
    {
        var telling = new List<string>();
        var rest = new List<string>();
        foreach (Match match in ErrorLine().Matches(log))
        {
            var message = match.Groups["message"].Value.Trim();
            var list = Array.Exists(Noise, message.Contains) ? rest : telling;
            if (message.Length > 0 && !list.Contains(message))
                list.Add(message);
        }

        return [.. (telling.Count > 0 ? telling : rest).Take(MostErrors)];
    }

    /// <summary>The errors as the end of a sentence: <c>CRIU says: A; B</c>, or that it left no word.</summary>
    public static string Quote(IReadOnlyList<string> errors) =>
        errors.Count == 0 ? "CRIU left no error in its log" : "CRIU says: " + string.Join("; ", errors.Select(error => error.TrimEnd('.')));

    [GeneratedRegex(@"^(?:\([0-9.]+\)\s*)?(?:[0-9]+:\s*)?Error \([^)\n]*\): (?<message>[^\n]*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 2000)]
    private static partial Regex ErrorLine();
}
