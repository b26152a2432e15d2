using System.Text;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>
/// Settings for CRIU that runc has no flag for, as a CRIU configuration file: one long option a line without its dashes.
/// For a dump it is named by <c>CRIU_CONFIG_FILE</c> in runc's environment; for a restore by the bundle's annotation
/// <c>org.criu.config</c> as well, where <see cref="NetworkLock"/> must not be used (CRIU up to 4.2 crashes on it there).
/// </summary>
public sealed record CriuConfig
{
    /// <summary>Environment variable that names the file.</summary>
    public const string Variable = "CRIU_CONFIG_FILE";

    /// <summary>Take established TCP connections along.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>On restore, restore established TCP connections as closed ones.</summary>
    public bool TcpClose { get; init; }

    /// <summary>Leave out connections that a listener has not accepted yet, instead of failing.</summary>
    public bool SkipInFlight { get; init; }

    /// <summary>How CRIU keeps packets away during the dump: <c>iptables</c>, <c>nftables</c>, <c>skip</c>; null for its default.</summary>
    public string? NetworkLock { get; init; }

    /// <summary>Largest deleted file that is taken along, in bytes; null for CRIU's default of 1 MiB.</summary>
    public long? GhostLimit { get; init; }

    /// <summary>A program that CRIU runs at each stage; null for none.</summary>
    public string? ActionScript { get; init; }

    /// <summary>Where CRIU looks for the names of watched files (<c>Undumpable.FileWatches</c>), as paths in the container.</summary>
    public IReadOnlyList<string> WatchedPaths { get; init; } = [];

    /// <summary>Further lines, verbatim.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Writes the file.</summary>
    public void Write(string path) => File.WriteAllText(path, ToText());

    /// <summary>The file's text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        AppendIf(text, TcpEstablished, "tcp-established");
        AppendIf(text, TcpClose, "tcp-close");
        AppendIf(text, SkipInFlight, "skip-in-flight");
        AppendIf(text, NetworkLock is not null, $"network-lock {NetworkLock}");
        AppendIf(text, GhostLimit is not null, $"ghost-limit {GhostLimit}");
        AppendIf(text, ActionScript is not null, $"action-script \"{ActionScript}\"");
        foreach (var path in WatchedPaths)
            AppendIf(text, !path.Contains('\n'), $"irmap-scan-path \"{path.Replace("\"", "\\\"")}\"");
        foreach (var line in Extra)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private static void AppendIf(StringBuilder text, bool condition, string line)
    {
        if (condition)
            text.Append(line).Append('\n');
    }
}
