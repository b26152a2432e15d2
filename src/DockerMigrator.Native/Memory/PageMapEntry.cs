namespace DockerMigrator.Native.Memory;

/// <summary>An entry of <c>/proc/PID/pagemap</c> (<c>Documentation/admin-guide/mm/pagemap.rst</c>).</summary>
/// <param name="Value">The entry as it is.</param>
public readonly record struct PageMapEntry(ulong Value)
{
    /// <summary>Written to since the bits were last cleared, on a kernel that knows soft-dirty.</summary>
    public bool IsSoftDirty => (Value & (1UL << 55)) != 0;

    /// <summary>Which page of the machine it is, if it is present; 0 for those who may not know.</summary>
    public ulong Frame => (Value & (1UL << 63)) != 0 ? Value & ((1UL << 55) - 1) : 0;

    /// <summary>Where its content lies, in memory or swapped out: no two pages that exist at the same time have the same.</summary>
    public ulong Place => Value & ((1UL << 62) | ((1UL << 55) - 1));

    /// <summary>Whether the process has content of its own there, in memory or swapped out; a guard has none.</summary>
    public bool IsOwn => (Value & (3UL << 62)) != 0 && (Value & ((1UL << 61) | (1UL << 58))) == 0;
}
