using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Transport;

/// <summary>Where a container is to go, as the user wrote it.</summary>
public abstract record Destination
{
    /// <summary>The port of <c>docker-migrator agent --listen</c> if none is given.</summary>
    public const int DefaultTlsPort = 7867;

    private Destination()
    {
    }

    /// <summary>The host's name for messages to people.</summary>
    public abstract string Host { get; }

    /// <summary>By the system's <c>ssh</c>: <c>ssh://[USER@]HOST[:PORT]</c> or <c>[USER@]HOST</c>.</summary>
    /// <param name="User">Null leaves it to ssh's configuration.</param>
    /// <param name="HostName">A name ssh knows: aliases of its configuration are welcome.</param>
    /// <param name="Port">Null leaves it to ssh's configuration.</param>
    public sealed record Ssh(string? User, string HostName, int? Port) : Destination
    {
        /// <inheritdoc/>
        public override string Host => HostName;
    }

    /// <summary>By mutual TLS 1.3 to a listening agent: <c>tls://HOST[:PORT]</c>.</summary>
    public sealed record Tls(string HostName, int Port) : Destination
    {
        /// <inheritdoc/>
        public override string Host => HostName;
    }

    /// <summary>By a Unix socket of an agent on this machine: <c>unix:///PATH</c>.</summary>
    public sealed record Unix(string Path) : Destination
    {
        /// <inheritdoc/>
        public override string Host => Path;
    }

    /// <summary>Reads what the user wrote.</summary>
    /// <exception cref="MigratorException">It is none of the forms above.</exception>
    public static Destination Parse(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal))
        {
            var path = text["unix://".Length..];
            return path.StartsWith('/') ? new Unix(path) : throw Bad(text, "a Unix socket's path begins with '/'");
        }

        if (text.StartsWith("tls://", StringComparison.Ordinal))
        {
            var (user, host, port) = SplitAuthority(text, text["tls://".Length..]);
            return user is null ? new Tls(host, port ?? DefaultTlsPort) : throw Bad(text, "a tls:// destination has no user");
        }

        var authority = text.StartsWith("ssh://", StringComparison.Ordinal) ? text["ssh://".Length..] : text;
        if (authority.Contains("://", StringComparison.Ordinal))
            throw Bad(text, "the schemes are ssh://, tls:// and unix://");
        var parts = SplitAuthority(text, authority);
        return new Ssh(parts.User, parts.Host, parts.Port);
    }

    private static (string? User, string Host, int? Port) SplitAuthority(string text, string authority)
    {
        authority = authority.TrimEnd('/');
        string? user = null;
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            user = authority[..at];
            authority = authority[(at + 1)..];
            if (user.Length == 0 || user.StartsWith('-'))
                throw Bad(text, "the user's name is empty or begins with '-'");
        }

        int? port = null;
        // An IPv6 address stands in brackets when a port may follow; without brackets its colons are its own.
        var colon = authority.LastIndexOf(':');
        var bracket = authority.LastIndexOf(']');
        if (colon > bracket && (bracket >= 0 || authority.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            port = int.TryParse(authority[(colon + 1)..], out var number) && number is > 0 and < 65536
                ? number
                : throw Bad(text, "the port is not a number from 1 to 65535");
            authority = authority[..colon];
        }

        var host = authority.Trim('[', ']');
        // A host that begins with '-' would be an option to ssh.
        if (host.Length == 0 || host.StartsWith('-') || host.Any(c => char.IsWhiteSpace(c) || c == '/'))
            throw Bad(text, "the host's name is missing or has characters that no host name has");
        return (user, host, port);
    }

    private static MigratorException Bad(string text, string why) =>
        new($"\"{text}\" is not a destination: {why}. Write [USER@]HOST, ssh://[USER@]HOST[:PORT], tls://HOST[:PORT] or unix:///PATH.");
}
