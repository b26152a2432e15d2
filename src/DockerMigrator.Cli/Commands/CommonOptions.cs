using System.CommandLine;
using DockerMigrator.Migration.Transport.Tls;

namespace DockerMigrator.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string> TlsDirectory() => new("--tls-dir")
    {
        Description = "Where this host's ca.pem, host.pem and host.key lie.",
        DefaultValueFactory = _ => TlsFiles.DefaultDirectory,
    };
}
