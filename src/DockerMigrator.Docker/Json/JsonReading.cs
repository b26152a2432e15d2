using System.Text.Json;
using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Json;

/// <summary>
/// Reads fields out of Docker's JSON without trusting its shape: what is absent, null or of another type reads as the
/// empty value, just as Docker's own structures do. Names are exact.
/// </summary>
public static class JsonReading
{
    /// <summary>The node at the path of object members, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = node is JsonObject members && members.TryGetPropertyValue(name, out var value) ? value : null;
        return node;
    }

    /// <summary>The string at the path, or the empty string.</summary>
    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    /// <summary>The whole number at the path, or 0.</summary>
    public static long Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        // By its text: a node that was made here and not parsed gives its number only as the very type it was made of.
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out var number) ? number : 0;

    /// <summary>Whether the value at the path is <c>true</c>.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The members of the object at the path; none if there is no object.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Members(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) as JsonObject ?? [];

    /// <summary>The items of the array at the path; none if there is no array.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) as JsonArray ?? [];

    /// <summary>The strings of the array at the path; items of another type are left out.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. node.Items(path).Where(item => item is JsonValue value && value.GetValueKind() == JsonValueKind.String).Select(item => item!.GetValue<string>())];
}
