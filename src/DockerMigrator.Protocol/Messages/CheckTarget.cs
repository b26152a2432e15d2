using System.Text.Json.Nodes;

namespace DockerMigrator.Protocol.Messages;

/// <summary>Asks whether the container can move here. The agent looks and changes nothing.</summary>
/// <param name="MigrationId">Names this migration in the journals of both sides: 32 hexadecimal digits.</param>
/// <param name="Plan">What is to be moved and how.</param>
/// <param name="Source">The source host's facts, to compare the two hosts.</param>
public sealed record CheckTarget(string MigrationId, MigrationPlan Plan, JsonObject Source) : Request;
