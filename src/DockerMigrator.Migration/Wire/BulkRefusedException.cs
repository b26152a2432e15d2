using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Wire;

/// <summary>The agent has answered before it had all the data; its answer tells why.</summary>
public sealed class BulkRefusedException() : MigratorException("The target did not want the rest of the data.");
