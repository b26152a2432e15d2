using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Wire;

/// <summary>The agent answered that it could not do what it was asked; the message is the agent's own sentence.</summary>
public sealed class RemoteFailureException(string sentence) : MigratorException(sentence);
