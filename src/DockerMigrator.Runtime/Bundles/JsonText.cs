using System.Text;
using System.Text.Json;

namespace DockerMigrator.Runtime.Bundles;

/// <summary>Finds values in a JSON text and changes them in place, so that the text around them stays as it is, byte for byte.</summary>
internal static class JsonText
{
    /// <summary>The whole value.</summary>
    public static JsonSpan Root(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The configuration is no JSON object.");
        return Measure(ref reader, 0);
    }

    /// <summary>The value of a member of an object; not existing if there is none, or no object.</summary>
    public static JsonSpan Member(ReadOnlySpan<byte> json, JsonSpan parent, string name)
    {
        if (!parent.IsObject)
            return default;
        var reader = new Utf8JsonReader(json[parent.Start..parent.End]);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return Measure(ref reader, parent.Start);
            reader.Skip();
        }

        return default;
    }

    /// <summary>The elements of an array; none if it is no array.</summary>
    public static IReadOnlyList<JsonSpan> Elements(ReadOnlySpan<byte> json, JsonSpan array)
    {
        var elements = new List<JsonSpan>();
        if (!array.IsArray)
            return elements;
        var reader = new Utf8JsonReader(json[array.Start..array.End]);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            elements.Add(Measure(ref reader, array.Start));
        return elements;
    }

    /// <summary>The text of a member of an object; null if there is none, or if it is no string.</summary>
    public static string? String(ReadOnlySpan<byte> json, JsonSpan parent, string name)
    {
        var value = Member(json, parent, name);
        if (value.Type != JsonTokenType.String)
            return null;
        var reader = new Utf8JsonReader(json[value.Start..value.End]);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>A string as JSON writes it.</summary>
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>Gives the parent object this member, in place of the present value (say null) if there is one.</summary>
    public static byte[] Put(ReadOnlySpan<byte> json, JsonSpan parent, JsonSpan present, string name, string value) =>
        present.Exists ? Splice(json, present.Start, present.End, value)
        : Splice(json, parent.End - 1, parent.End - 1, $"{(parent.IsEmpty ? "" : ",")}\"{name}\":{value}");

    /// <summary>Puts other text in place of the bytes from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public static byte[] Splice(ReadOnlySpan<byte> json, int start, int end, string text) =>
        [.. json[..start], .. Encoding.UTF8.GetBytes(text), .. json[end..]];

    private static JsonSpan Measure(ref Utf8JsonReader reader, int offset)
    {
        var (type, start) = (reader.TokenType, (int)reader.TokenStartIndex);
        var ahead = reader;
        var isEmpty = ahead.Read() && ahead.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
        reader.Skip();
        return new JsonSpan(offset + start, offset + (int)reader.BytesConsumed, type, isEmpty);
    }
}
