using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Memory.Streaming;

/// <summary>Bytes that came as pages are damaged, or never were a page stream.</summary>
public sealed class PageStreamException(string why) : MigratorException($"The stream of memory pages is damaged: {why}.");
