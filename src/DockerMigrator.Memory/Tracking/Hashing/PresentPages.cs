using System.Buffers.Binary;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Tracking.Hashing;

/// <summary>Finds the pages that a process has, on any kernel: a word for each in <c>/proc/PID/pagemap</c> (proc_pid_pagemap(5)).</summary>
internal static class PresentPages
{
    private const ulong PresentOrSwapped = (1UL << 63) | (1UL << 62);
    private const ulong Guard = 1UL << 58;
    private const int BatchPages = 1 << 16;

    /// <summary>The present pages of a mapping, as far as it is there.</summary>
    public static List<PageRange> Find(int task, PageRange mapping)
    {
        var ranges = new List<PageRange>();
        if (FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{task}/pagemap"), OpenFlags.None, out var file) != Errno.None)
            return ranges;
        using (file)
        {
            var words = new byte[sizeof(ulong) * (int)Math.Min(BatchPages, mapping.Pages)];
            for (var start = mapping.Start; start < mapping.End;)
            {
                var wanted = words.AsSpan(0, sizeof(ulong) * (int)Math.Min(words.Length / sizeof(ulong), (long)(mapping.End - start) / PageRange.PageSize));
                if (FileCalls.Read(file, wanted, (long)(start / PageRange.PageSize * sizeof(ulong)), out var count) != Errno.None || count < sizeof(ulong))
                    return ranges;
                for (var i = 0; i < count / sizeof(ulong); i++, start += PageRange.PageSize)
                {
                    var word = BinaryPrimitives.ReadUInt64LittleEndian(words.AsSpan(i * sizeof(ulong)));
                    if ((word & PresentOrSwapped) != 0 && (word & Guard) == 0)
                        PageRanges.Append(ranges, new PageRange(start, start + PageRange.PageSize));
                }
            }
        }

        return ranges;
    }
}
