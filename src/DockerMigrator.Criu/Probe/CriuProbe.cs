using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Criu.Logs;
using DockerMigrator.Native.Processes;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Probe;

/// <summary>
/// Finds out whether this host's CRIU works on this host's kernel by the only proof there is: it dumps a process of our
/// own that has a listening socket. Version numbers do not tell: 3.17 fails on kernels with a newer vDSO, 4.1 fails on
/// every inet socket from kernel 6.16 on, and distributions patch both. In the same way it finds out whether the page filter
/// takes effect. As a side effect CRIU's knowledge of the kernel is cached for the dump to come.
/// </summary>
public static class CriuProbe
{
    private const string LogFile = "dump.log";

    // All that a process can have on any machine.
    private const ulong FirstAddress = 4096;
    private const ulong LastAddress = 1UL << 52;

    /// <summary>Probes a CRIU; takes well below a second.</summary>
    /// <param name="criu">Its path, or its name to be found by PATH.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public static async Task<CriuProbeResult> RunAsync(string criu = "criu", CancellationToken cancellationToken = default)
    {
        string? version;
        try
        {
            version = ParseVersion((await Command.Of(criu, "--version").RunAsync(cancellationToken)).Stdout);
        }
        catch (Win32Exception)
        {
            return new CriuProbeResult(null, CanDump: false, "CRIU is not installed (Debian and Ubuntu call the package criu).", null, TimeSpan.Zero);
        }

        var check = await Command.Of(criu, "check").RunAsync(cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var (failure, takesFilter) = await DumpOwnProcessAsync(criu, isFiltered: true, cancellationToken);
        // A filter that is in the way is no reason to refuse a CRIU.
        if (failure is not null)
            (failure, takesFilter) = await DumpOwnProcessAsync(criu, isFiltered: false, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var problem = failure is null ? null : $"CRIU {version ?? "of unknown version"} cannot dump a process with a network socket on this host. {failure}.";
        return new CriuProbeResult(version, failure is null, problem, check.LastWords, elapsed)
        {
            TakesPageFilter = takesFilter,
            HasLazyPages = (await Command.Of(criu, "check", "--feature", "uffd-noncoop").RunAsync(cancellationToken)).Succeeded,
        };
    }

    /// <summary>The version in <c>criu --version</c>; null if there is none.</summary>
    public static string? ParseVersion(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("Version:", StringComparison.Ordinal))
                return line["Version:".Length..].Trim();
        }

        return null;
    }

    /// <summary>The numbers at the beginning of a version (<c>4.2.1-rc1</c> is 4.2.1); null if there are none.</summary>
    public static Version? ParseNumber(string version)
    {
        var digits = string.Concat(version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).Trim('.');
        return System.Version.TryParse(digits.Contains('.') ? digits : digits + ".0", out var number) ? number : null;
    }

    // The failure is null if the dump went well, else why not, without a full stop.
    private static async Task<(string? Failure, bool IsFiltered)> DumpOwnProcessAsync(string criu, bool isFiltered, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("docker-migrator-probe-").FullName;
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen(1);
            // Sleep neither knows nor minds that its standard input is a socket. The directory we were started in may be
            // one that cannot be dumped.
            using var child = DetachedChild.Start(["sh", "-c", "cd / && exec sleep 60"], socket.SafeHandle);
            socket.Close();
            using var filter = isFiltered ? PageFilter.Create([new HiddenRange(child.Pid, FirstAddress, LastAddress)], []) : null;
            var command = Command.Of(criu, "dump", "--tree", $"{child.Pid}", "--images-dir", directory, "--log-file", LogFile, "-v2");
            var dump = await (filter is null ? command : command with { Environment = filter.Environment }).RunAsync(cancellationToken);
            if (dump.Succeeded)
                return (null, filter?.HiddenPages > 0);
            var errors = CriuLog.LastErrors(Path.Combine(directory, LogFile));
            return (errors.Count > 0 ? CriuLog.Quote(errors) : $"CRIU says: {dump.LastWords.TrimEnd('.')}", false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
