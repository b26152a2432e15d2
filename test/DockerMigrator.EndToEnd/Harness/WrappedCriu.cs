namespace DockerMigrator.EndToEnd.Harness;

/// <summary>A script in the place of a host's CRIU, which changes something and goes on as the real one.</summary>
internal sealed class WrappedCriu : IAsyncDisposable
{
    private const string Path = "/usr/sbin/criu";
    private const string Aside = "/usr/sbin/criu-behind-wrapper";

    private readonly LabHost _host;

    private WrappedCriu(LabHost host) => _host = host;

    /// <summary>Puts it there; <paramref name="change"/> is what the script does first.</summary>
    public static async Task<WrappedCriu> InstallAsync(LabHost host, string change)
    {
        await File.WriteAllTextAsync(host.PathOf(Path + ".new"), $"#!/bin/bash\n{change}\nexec {Aside} \"$@\"\n");
        await host.ShellAsync($"chmod 755 {Path}.new; mv {Path} {Aside}; mv {Path}.new {Path}");
        return new WrappedCriu(host);
    }

    public async ValueTask DisposeAsync() => await _host.ShellAsync($"mv {Aside} {Path}");
}
