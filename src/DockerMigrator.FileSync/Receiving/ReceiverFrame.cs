using DockerMigrator.FileSync.Wire;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>A directory that is being written into; it gets its metadata when all below it is done.</summary>
/// <param name="Metadata">What it is to have in the end.</param>
/// <param name="Unmentioned">The names that were there and that the stream has not mentioned so far; null unless those are to be removed.</param>
internal sealed record ReceiverFrame(EntryMetadata Metadata, HashSet<byte[]>? Unmentioned);
