using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.Spaces;

/// <summary>Which address space is meant.</summary>
/// <param name="Number">Its number in this migration.</param>
/// <param name="Process">The process that has it, as it was when it was found.</param>
/// <param name="Task">A living thread of that process, which gives access to it: the first one, unless that has ended.</param>
/// <param name="Map">Its page map, of which it can be told whether it is there still.</param>
internal sealed record SpaceIdentity(uint Number, ContainerProcess Process, int Task, PageMap Map);
