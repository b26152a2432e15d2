using System.Text.Json;

namespace DockerMigrator.Runtime.Bundles;

/// <summary>Where a value is in a JSON text: the bytes from <paramref name="Start"/> up to <paramref name="End"/>.</summary>
internal readonly record struct JsonSpan(int Start, int End, JsonTokenType Type, bool IsEmpty)
{
    public bool Exists => End > 0;

    public bool IsObject => Type == JsonTokenType.StartObject;

    public bool IsArray => Type == JsonTokenType.StartArray;
}
