using DockerMigrator.Native.Files;

namespace DockerMigrator.Criu.Filtering;

/// <summary>A segment of shared memory that CRIU is not to dump, since it was sent already: the file that the kernel keeps it in.</summary>
/// <param name="FileSystem">The file's device.</param>
/// <param name="Inode">Its inode.</param>
public readonly record struct HiddenSegment(DeviceNumber FileSystem, ulong Inode);
