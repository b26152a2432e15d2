using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Docker.Images;

/// <summary>An image that came without the layers that the target had could not be made whole from them: all of it is needed.</summary>
public sealed class IncompleteImageException(string message, Exception? innerException = null) : MigratorException(message, innerException!);
