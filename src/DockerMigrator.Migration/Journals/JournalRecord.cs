using System.Text.Json;
using System.Text.Json.Nodes;

namespace DockerMigrator.Migration.Journals;

/// <summary>One line of a journal: what is about to happen, or has been decided.</summary>
/// <param name="Step">The name of the step; see <see cref="JournalSteps"/>.</param>
/// <param name="Fields">What it needs to be undone or gone on with.</param>
public sealed record JournalRecord(string Step, JsonObject Fields)
{
    /// <summary>A field that must be there.</summary>
    /// <exception cref="JsonException">It is not.</exception>
    public string Text(string field) =>
        Fields[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new JsonException($"the record \"{Step}\" has no \"{field}\"");
}
