using DockerMigrator.EndToEnd.Harness;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>Debian 12's CRIU 3.17 in the place of a host's own.</summary>
internal sealed class OldCriu : IAsyncDisposable
{
    // The package, and the one library of its time that newer systems do not have.
    private const string Fetch = "apt-get download criu=3.17* libnet1 && for package in *.deb; do dpkg-deb -x $package tree; done";

    private const string Install = """
        ldconfig
        /usr/sbin/criu-3.17 --version
        mv /usr/sbin/criu /usr/sbin/aside
        mv /usr/sbin/criu-3.17 /usr/sbin/criu
        """;

    private readonly LabHost _host;

    private OldCriu(LabHost host) => _host = host;

    /// <summary>Installs it; null if no mirror has it, or it does not even start in that host.</summary>
    public static async Task<OldCriu?> TryInstallAsync(LabHost host)
    {
        var work = Directory.CreateTempSubdirectory("old-criu");
        try
        {
            if (!(await new Command("bash", ["-euc", Fetch]) { WorkingDirectory = work.FullName }.RunAsync()).Succeeded)
                return null;
            File.Copy(Path.Combine(work.FullName, "tree/usr/sbin/criu"), host.PathOf("/usr/sbin/criu-3.17"), overwrite: true);
            foreach (var library in Directory.GetFiles(Path.Combine(work.FullName, "tree/usr/lib"), "libnet.so.1", SearchOption.AllDirectories))
                File.Copy(library, host.PathOf("/usr/local/lib/libnet.so.1"), overwrite: true);
            return (await host.TryOnAsync("bash", "-euc", Install)).Succeeded ? new OldCriu(host) : null;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync() => await _host.ShellAsync("mv /usr/sbin/aside /usr/sbin/criu; rm /usr/local/lib/libnet.so.1; ldconfig");
}
