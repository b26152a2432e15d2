namespace DockerMigrator.Protocol.Messages;

/// <summary>Asks what there is here for the container. The agent looks and changes nothing.</summary>
/// <param name="MigrationId">Names this migration in the journals of both sides: 32 hexadecimal digits.</param>
/// <param name="Plan">What is to be moved and how.</param>
public sealed record CheckTarget(string MigrationId, MigrationPlan Plan) : Request;
