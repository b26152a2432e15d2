using System.Text.Json;
using System.Text.Json.Nodes;

namespace DockerMigrator.Docker.Json;

/// <summary>
/// Docker writes a structure's unset field as null, as its type's zero value, or not at all, and changes its mind between
/// releases. All of those mean the same, so comparisons treat them as equal.
/// </summary>
public static class ZeroValue
{
    /// <summary>Whether the node is absent, null, false, 0, "", [] or an object of nothing but such values.</summary>
    public static bool Is(JsonNode? node) => node switch
    {
        null => true,
        JsonArray array => array.Count == 0,
        JsonObject members => members.All(member => Is(member.Value)),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.String => node.GetValue<string>().Length == 0,
            JsonValueKind.Number => double.TryParse(node.ToJsonString(), out var number) && number == 0,
            _ => false,
        },
    };

    /// <summary>Whether two nodes say the same when unset and zero are one.</summary>
    public static bool Equal(JsonNode? left, JsonNode? right)
    {
        if (Is(left) && Is(right))
            return true;
        return (left, right) switch
        {
            (JsonObject a, JsonObject b) => a.Select(member => member.Key).Union(b.Select(member => member.Key)).All(name => Equal(a[name], b[name])),
            (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => Equal(pair.First, pair.Second)),
            _ => JsonNode.DeepEquals(left, right),
        };
    }
}
