using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DockerMigrator.Migration.Journals;

/// <summary>
/// The form of a journal's line: 16 hexadecimal digits of the XxHash3 of the rest, a blank, a JSON object with "step"
/// and "at" besides the step's own fields. A line that a crash has torn fails its checksum and counts as never written.
/// </summary>
public static class JournalLine
{
    /// <summary>The line for a record, with its line feed.</summary>
    public static string Write(JournalRecord record, DateTimeOffset at)
    {
        var json = (JsonObject)record.Fields.DeepClone();
        json["step"] = record.Step;
        json["at"] = at.ToString("O", CultureInfo.InvariantCulture);
        var text = json.ToJsonString();
        return $"{Checksum(text)} {text}\n";
    }

    /// <summary>Reads a line (without line feed); null if it is torn.</summary>
    public static JournalRecord? Read(string line)
    {
        if (line.Length < 18 || line[16] != ' ' || Checksum(line[17..]) != line[..16])
            return null;
        try
        {
            return JsonNode.Parse(line[17..]) is JsonObject json && json["step"]?.GetValue<string>() is { } step
                ? new JournalRecord(step, json)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Checksum(string text) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture);
}
