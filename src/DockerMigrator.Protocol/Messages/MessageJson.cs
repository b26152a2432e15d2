using System.Text.Json;
using System.Text.Json.Serialization;
using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Protocol.Messages;

/// <summary>Messages as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 256,
    RespectNullableAnnotations = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Reply))]
public sealed partial class MessageJson : JsonSerializerContext
{
    /// <summary>Bytes of a request.</summary>
    public static byte[] Write(Request request) => JsonSerializer.SerializeToUtf8Bytes(request, Default.Request);

    /// <summary>Bytes of a reply.</summary>
    public static byte[] Write(Reply reply) => JsonSerializer.SerializeToUtf8Bytes(reply, Default.Reply);

    /// <summary>Reads a request that came over the wire.</summary>
    /// <exception cref="FramingException">It is none.</exception>
    public static Request ReadRequest(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.Request) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new FramingException($"The source sent a request that this agent does not understand: {e.Message}");
        }
    }

    /// <summary>Reads a reply that came over the wire.</summary>
    /// <exception cref="FramingException">It is none.</exception>
    public static Reply ReadReply(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.Reply) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new FramingException($"The agent sent a reply that this program does not understand: {e.Message}");
        }
    }
}
