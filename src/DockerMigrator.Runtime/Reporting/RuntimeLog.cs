using System.Text.Json;
using DockerMigrator.Runtime.CommandLine;

namespace DockerMigrator.Runtime.Reporting;

/// <summary>Tells the caller what went wrong, in the way that runc does: containerd's shim reads the last error of <c>--log</c>.</summary>
internal static class RuntimeLog
{
    public static void Error(RuncCommandLine line, string sentence)
    {
        // A container's standard error is create's, and what is said there ends up in the container's own log.
        if (line.Log is null || line.Command != "create")
            Console.Error.WriteLine(sentence);
        if (line.Log is null)
            return;
        try
        {
            File.AppendAllText(line.Log, Format(sentence, DateTimeOffset.UtcNow, line.IsLogJson));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Cannot write to {line.Log}: {exception.Message}");
        }
    }

    /// <summary>One line as logrus, runc's logger, writes it.</summary>
    public static string Format(string sentence, DateTimeOffset time, bool json)
    {
        // Docker puts ": unknown" behind it.
        var text = JsonEncodedText.Encode(sentence.TrimEnd('.'));
        return json
            ? $$"""{"level":"error","msg":"{{text}}","time":"{{time:yyyy-MM-ddTHH:mm:sszzz}}"}""" + "\n"
            : $"time=\"{time:yyyy-MM-ddTHH:mm:sszzz}\" level=error msg=\"{text}\"\n";
    }
}
