using System.Globalization;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Frozen;

/// <summary>
/// The pages that the threads' stack pointers point into: those that every thread touches first, and the kernel on its way back to
/// user mode. They are left to CRIU, which restores them at once.
/// </summary>
public static class StackPages
{
    /// <summary>The pages of a process, sorted; null if a thread does not tell where its stack is.</summary>
    public static IReadOnlyList<PageRange>? Read(ContainerProcess process)
    {
        var pages = new SortedSet<ulong>();
        foreach (var thread in process.ThreadIds)
        {
            if (ProcFile.TryRead($"/proc/{process.Pid}/task/{thread}/syscall") is not { } text || Parse(text) is not { } pointer)
                return null;
            pages.Add(pointer / PageRange.PageSize * PageRange.PageSize);
        }

        return [.. pages.Select(page => new PageRange(page, page + PageRange.PageSize))];
    }

    /// <summary>
    /// The stack pointer in <c>/proc/PID/task/TID/syscall</c>: the last word but one of "number arguments… stack program-counter", where
    /// the number is -1 outside of system calls. Null for "running", and for a thread that is gone.
    /// </summary>
    public static ulong? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length >= 3 && words[^2].StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(words[^2].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var pointer)
                ? pointer
                : null;
    }
}
