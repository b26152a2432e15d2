using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Hosts;

/// <summary>Content of <c>daemon.json</c>: everything in it that is not about one runtime stays as it is.</summary>
public sealed class DaemonConfig
{
    private const string RuntimesKey = "runtimes";
    private readonly JsonObject _json;
    private readonly int _indent;

    private DaemonConfig(JsonObject json, int indent)
    {
        _json = json;
        _indent = indent;
    }

    /// <summary>Whether nothing is configured at all.</summary>
    public bool IsEmpty => _json.Count == 0;

    /// <summary>Reads it. An empty text is an empty configuration, as it is for Docker.</summary>
    /// <param name="text">The content.</param>
    /// <param name="path">The file it is from, for the message.</param>
    /// <exception cref="DockerException">It is not a JSON object, or one of its <c>runtimes</c> is not.</exception>
    public static DaemonConfig Parse(string text, string path)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new DaemonConfig([], 2);
        try
        {
            var node = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (node is not JsonObject json)
                throw new DockerException($"{path} is not a JSON object: mend it first.");
            if (json[RuntimesKey] is not (null or JsonObject))
                throw new DockerException($"\"runtimes\" in {path} is not a JSON object: mend it first.");
            return new DaemonConfig(json, Indent(text));
        }
        catch (JsonException e)
        {
            throw new DockerException($"{path} is not valid JSON (line {e.LineNumber + 1}): mend it first.", e);
        }
    }

    /// <summary>Path of a runtime's program; empty if it is not registered.</summary>
    public string RuntimePath(string name) => _json.Text(RuntimesKey, name, "path");

    /// <summary>Registers a runtime, or corrects its registration. False if it was so already.</summary>
    public bool AddRuntime(string name, string path)
    {
        var runtimes = _json[RuntimesKey] as JsonObject ?? [];
        var entry = new JsonObject { ["path"] = path };
        if (JsonNode.DeepEquals(runtimes[name], entry))
            return false;
        runtimes[name] = entry;
        _json[RuntimesKey] = runtimes;
        return true;
    }

    /// <summary>
    /// Takes a runtime out. False if there was none. <c>runtimes</c> stays, be it empty: Docker keeps the ones it knows
    /// when it reads a file without that key.
    /// </summary>
    public bool RemoveRuntime(string name) => _json[RuntimesKey] is JsonObject runtimes && runtimes.Remove(name);

    /// <summary>Takes <c>runtimes</c> out if there is nothing in it.</summary>
    public void TidyUp()
    {
        if (_json[RuntimesKey] is JsonObject { Count: 0 })
            _json.Remove(RuntimesKey);
    }

    /// <summary>The text to write, indented as the one that was read.</summary>
    public override string ToString()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, IndentSize = Math.Abs(_indent), IndentCharacter = _indent < 0 ? '\t' : ' ', Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
            _json.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>Spaces of the first indented line, as a negative number for tabs.</summary>
    private static int Indent(string text)
    {
        foreach (var line in text.Split('\n').Skip(1))
        {
            var indent = line.Length - line.TrimStart(' ', '\t').Length;
            if (indent is > 0 and <= 8 && indent < line.TrimEnd().Length)
                return line[0] == '\t' ? -indent : indent;
        }

        return 2;
    }
}
