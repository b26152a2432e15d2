using System.Text.Json;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Runtime.Restoring;

/// <summary>Says in a sentence why a restore failed. runc's own message ("criu failed: type NOTIFY errno 0") never does.</summary>
internal static class RestoreFailure
{
    private const int MaximumLines = 3;

    // What CRIU says after the cause, or always.
    private static readonly string[] Consequences =
    [
        "Can't setup RLIMIT_NOFILE", "One of more action scripts failed", "Aborting restore due", "Restoring FAILED",
        "Killing processes because", "exited, status=", "killed by signal", "/action-script", "cgroupd: recv req error",
    ];

    /// <summary>The sentence for a restore that somebody ended.</summary>
    public static string CalledOff(RestoreDirectory directory) => directory.IsLeaseHeld
        ? "The migration was called off; the container was not started."
        : "The migration was called off because the process that conducted it is gone; the container was not started.";

    /// <summary>The sentence for a restore that was begun, from the logs in the work directory.</summary>
    /// <param name="directory">The restore.</param>
    /// <param name="calledOff">Whether there was an abort when it ended. Not every abort comes first: Docker gives up a container as soon as it sees something fail.</param>
    public static string Describe(RestoreDirectory directory, bool calledOff)
    {
        var errors = ReadLines($"{directory.Work}/{RestoreDirectory.RestoreLogName}").Select(CriuError).OfType<string>().Distinct().TakeLast(MaximumLines).ToList();
        var criu = string.Join("; ", errors);
        if (calledOff)
            return CalledOff(directory) + (errors.Count > 0 ? $" CRIU said: {criu}." : "");
        if (errors.Count > 0)
            return $"CRIU could not restore the container: {criu}.";
        if (directory.Has(RestoreDirectory.HeldName))
            return "The restored container was being held for the migration's commit when the restore was ended from outside.";
        return ReadLines($"{directory.Work}/{Supervisor.RuncLogName}").Select(RuncError).OfType<string>().LastOrDefault() is { } error
            ? $"runc could not restore the container: {error}."
            : "runc could not restore the container and did not say why.";
    }

    /// <summary>What a line of CRIU's log says if it tells of a cause: <c>(00.1)    7: Error (criu/x.c:1): text</c>.</summary>
    public static string? CriuError(string line)
    {
        var error = line.IndexOf("Error (", StringComparison.Ordinal);
        var text = error < 0 ? -1 : line.IndexOf("): ", error, StringComparison.Ordinal);
        if (text < 0)
            return null;
        var message = line[(text + 3)..].Trim();
        return message.Length == 0 || Consequences.Any(message.Contains) ? null : message.TrimEnd('.');
    }

    private static string? RuncError(string line)
    {
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(line));
            string? level = null, message = null;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var name = reader.GetString();
                reader.Read();
                if (name == "level")
                    level = reader.GetString();
                else if (name == "msg")
                    message = reader.GetString();
            }

            return level is "error" or "fatal" ? message?.TrimEnd('.') : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<string> ReadLines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
