using DockerMigrator.EndToEnd.Harness;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>Debian 12's CRIU 3.17 in the place of a host's own.</summary>
internal sealed class OldCriu : IAsyncDisposable
{
    private readonly LabHost _host;

    private OldCriu(LabHost host) => _host = host;

    /// <summary>Installs it; null if no mirror has it, or it does not even start in that host.</summary>
    public static async Task<OldCriu?> TryInstallAsync(LabHost host)
    {
        var work = Directory.CreateTempSubdirectory("old-criu");
        try
        {
            var fetched = await new Command("bash", ["-euc", "apt-get download criu=3.17* && dpkg-deb -x criu_*.deb tree"]) { WorkingDirectory = work.FullName }.RunAsync();
            if (!fetched.Succeeded)
                return null;
            File.Copy(Path.Combine(work.FullName, "tree/usr/sbin/criu"), host.PathOf("/usr/sbin/criu-3.17"), overwrite: true);
            if (!(await host.TryOnAsync("/usr/sbin/criu-3.17", "--version")).Succeeded)
                return null;
            await host.ShellAsync("mv /usr/sbin/criu /usr/sbin/aside && mv /usr/sbin/criu-3.17 /usr/sbin/criu");
            return new OldCriu(host);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync() => await _host.ShellAsync("mv /usr/sbin/aside /usr/sbin/criu");
}
