using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>A file's time as the kernel keeps it.</summary>
/// <param name="Seconds">Seconds since 1970, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always counted forward.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileTime(long Seconds, uint Nanoseconds) : IComparable<FileTime>
{
    /// <inheritdoc/>
    public int CompareTo(FileTime other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The wall clock's time, <paramref name="margin"/> earlier.</summary>
    public static FileTime Before(TimeSpan margin)
    {
        var ticks = (DateTime.UtcNow - margin - DateTime.UnixEpoch).Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return new FileTime(seconds, (uint)(rest * 100));
    }

    /// <summary>Whether <paramref name="left"/> is the later one or the same.</summary>
    public static bool operator >=(FileTime left, FileTime right) => left.CompareTo(right) >= 0;

    /// <summary>Whether <paramref name="left"/> is the earlier one or the same.</summary>
    public static bool operator <=(FileTime left, FileTime right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is the later one.</summary>
    public static bool operator >(FileTime left, FileTime right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is the earlier one.</summary>
    public static bool operator <(FileTime left, FileTime right) => left.CompareTo(right) < 0;
}
