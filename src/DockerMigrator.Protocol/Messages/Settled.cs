using System.Text.Json.Nodes;

namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="Settle"/>.</summary>
/// <param name="Container">The answer of <c>docker inspect</c> on the target.</param>
/// <param name="Warnings">What did not go as it should afterwards, a sentence each.</param>
public sealed record Settled(JsonObject Container, IReadOnlyList<string> Warnings) : Reply;
