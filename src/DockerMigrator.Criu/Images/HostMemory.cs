using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Criu.Images;

/// <summary>How much memory this host can give to images.</summary>
public static class HostMemory
{
    /// <summary>Bytes that can be used without swapping, by the kernel's estimate (<c>MemAvailable</c>).</summary>
    public static long ReadAvailable() => ParseAvailable(ProcFile.TryRead("/proc/meminfo") ?? "");

    /// <summary>Parses <c>/proc/meminfo</c>; 0 if it does not tell.</summary>
    public static long ParseAvailable(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["MemAvailable:", var kibibytes, "kB"] && long.TryParse(kibibytes, out var value))
                return value << 10;
        }

        return 0;
    }

    /// <summary>Makes sure that <paramref name="needed"/> bytes can be held in memory.</summary>
    /// <exception cref="CriuException">They cannot.</exception>
    public static void EnsureAvailable(long needed)
    {
        var available = ReadAvailable();
        if (needed > available)
            throw new CriuException($"Not enough memory on this host for the container's memory images: {InMebibytes(needed)} MiB are needed, {InMebibytes(available)} MiB are available.");
    }

    private static long InMebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
