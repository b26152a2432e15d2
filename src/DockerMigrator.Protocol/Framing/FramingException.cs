using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Protocol.Framing;

/// <summary>The bytes on the channel are not this protocol's.</summary>
public sealed class FramingException(string message) : MigratorException(message);
