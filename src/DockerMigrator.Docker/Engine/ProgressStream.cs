using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Engine;

/// <summary>
/// The stream of JSON objects by which Docker reports a long operation. It comes with status 200 whatever happens: a
/// failure is an object with <c>errorDetail</c> (or only <c>error</c>) in the midst of it.
/// </summary>
public static class ProgressStream
{
    /// <summary>Reads it to the end.</summary>
    /// <returns>What Docker said in its <c>stream</c> members, without line ends.</returns>
    /// <exception cref="DockerException">It reports a failure, or is not JSON.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(Stream stream, string action, CancellationToken cancellationToken = default)
    {
        var said = new List<string>();
        // One object a line; objects without line ends between them are taken as well by reading all top-level values.
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancellationToken);
        foreach (var report in Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)))
        {
            var failure = report.Text("errorDetail", "message") is { Length: > 0 } detail ? detail : report.Text("error");
            if (failure.Length > 0)
                throw new DockerException($"Docker could not {action}: {failure.TrimEnd('.')}.");
            if (report.Text("stream").Trim() is { Length: > 0 } line)
                said.Add(line);
        }

        return said;
    }

    private static List<JsonNode> Parse(ReadOnlySpan<byte> bytes)
    {
        var reports = new List<JsonNode>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                if (JsonNode.Parse(ref reader) is { } report)
                    reports.Add(report);
            }

            return reports;
        }
        catch (JsonException e)
        {
            throw new DockerException($"Docker's progress report cannot be read: {e.Message}", e);
        }
    }
}
