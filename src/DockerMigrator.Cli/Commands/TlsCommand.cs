using System.CommandLine;
using DockerMigrator.Migration.Transport.Tls;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>tls init</c> and <c>tls issue</c>: certificates for hosts that meet by <c>tls://</c>.</summary>
internal static class TlsCommand
{
    public static Command Create()
    {
        var directory = new Option<string>("--dir") { Description = "Where the authority lies.", DefaultValueFactory = _ => TlsFiles.DefaultDirectory };

        var init = new Command("init", "Make an authority, once, on a host of your choice.") { directory };
        init.SetAction(parsed =>
        {
            var files = new TlsFiles(parsed.GetRequiredValue(directory));
            TlsAuthority.Init(files);
            Console.Error.WriteLine($"Made an authority in {files.Directory}. Keep {files.AuthorityKey} secret; it never has to leave this host.");
            return ExitCodes.Success;
        });

        var host = new Argument<string>("HOST") { Description = "The name or address by which other hosts reach it." };
        var output = new Option<string?>("--out") { Description = "Where to write the host's files; by default a directory named like the host, below --dir." };
        var issue = new Command("issue", "Make a certificate for a host.") { host, directory, output };
        issue.SetAction(parsed =>
        {
            var authority = new TlsFiles(parsed.GetRequiredValue(directory));
            var name = parsed.GetRequiredValue(host);
            var files = new TlsFiles(parsed.GetValue(output) ?? Path.Combine(authority.Directory, name.Replace('/', '_')));
            TlsAuthority.Issue(authority, name, files);
            Console.Error.WriteLine($"Made {files.Certificate}. Copy ca.pem, host.pem and host.key from {files.Directory} to {TlsFiles.DefaultDirectory} on {name}.");
            return ExitCodes.Success;
        });

        return new Command("tls", "Certificates for hosts that meet by tls://.") { init, issue };
    }
}
