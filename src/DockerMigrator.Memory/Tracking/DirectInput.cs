using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking;

/// <summary>
/// Finds processes into whose memory devices write by themselves: with direct or asynchronous input a page can change after it
/// was protected and sent, without the write that the kernel would notice. Databases do that. Such a process is left to CRIU.
/// </summary>
public static class DirectInput
{
    // O_DIRECT: <asm-generic/fcntl.h>, <asm/fcntl.h> of arm64.
    private static readonly int Direct =
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>Whether a process has a file open for direct input, or a context for asynchronous input.</summary>
    public static bool IsUsedBy(int pid)
    {
        foreach (var number in ProcFile.NumericEntries($"/proc/{pid}/fd"))
        {
            // Pipes in packet mode have the same flag.
            if (ProcFile.TryReadLink($"/proc/{pid}/fd/{number}") is { } link && link.StartsWith('/')
                && ProcFile.TryRead($"/proc/{pid}/fdinfo/{number}") is { } text && (ParseFlags(text) & Direct) != 0)
            {
                return true;
            }
        }

        return ProcFile.TryRead($"/proc/{pid}/maps")?.Contains("/[aio]", StringComparison.Ordinal) == true;
    }

    /// <summary>The flags in <c>/proc/PID/fdinfo/N</c>, which are octal there; 0 if there are none.</summary>
    public static int ParseFlags(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith("flags:"))
                continue;
            var flags = 0;
            foreach (var digit in line["flags:".Length..].Trim())
                flags = digit is >= '0' and <= '7' ? (flags << 3) | (digit - '0') : 0;
            return flags;
        }

        return 0;
    }
}
