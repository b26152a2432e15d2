using DockerMigrator.Memory.Tracking.Spaces;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>
/// Finds out whether the kernel keeps soft-dirty bits (those without accept the clearing all the same), and whether it tells
/// this process where pages lie.
/// </summary>
internal static class SoftDirtyProbe
{
    /// <summary>Whether it works.</summary>
    public static bool Works()
    {
        using var memory = new AnonymousMemory(PageRange.PageSize);
        using var map = PageMap.TryOpen(Environment.ProcessId);
        if (map is null || !Write(map, memory, 1) || !ClearReferences.TryClear(Environment.ProcessId))
            return false;
        return !IsDirty(map, memory) && Write(map, memory, 2);
    }

    private static bool Write(PageMap map, AnonymousMemory memory, byte value)
    {
        memory.Content[0] = value;
        return IsDirty(map, memory);
    }

    private static bool IsDirty(PageMap map, AnonymousMemory memory)
    {
        Span<PageMapEntry> entry = stackalloc PageMapEntry[1];
        return map.TryRead(memory.Start, entry) && entry[0].IsOwn && entry[0].IsSoftDirty && entry[0].Frame != 0;
    }
}
