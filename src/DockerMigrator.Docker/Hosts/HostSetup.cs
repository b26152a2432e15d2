using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Docker.Hosts;

/// <summary>Registers docker-migrator's runtime with this host's Docker. No restart: Docker reads its file again on SIGHUP.</summary>
public static class HostSetup
{
    /// <summary>Registers it. Doing so twice does nothing.</summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="runtimePath">Absolute path of the runtime's executable.</param>
    /// <param name="cancellationToken">Gives up; the file is as it was then.</param>
    /// <exception cref="DockerException">Docker's configuration is not one to be edited, or Docker did not take the change; the file is as it was.</exception>
    public static async Task<HostChange> RunAsync(DockerClient docker, string runtimePath, CancellationToken cancellationToken = default)
    {
        CheckExecutable(runtimePath);
        var daemon = DaemonProcess.Find();
        var file = new DaemonConfigFile(daemon.ConfigFile);
        var before = file.Read();
        var config = DaemonConfig.Parse(before ?? "", file.Path);
        var edited = config.AddRuntime(MigratorRuntime.Name, runtimePath);
        if (!edited && await RuntimeRegistration.PathAsync(docker, MigratorRuntime.Name, cancellationToken) == runtimePath)
            return new HostChange(false, file.Path);
        if (daemon.HasRuntimeFlags)
            throw new DockerException($"dockerd has runtimes on its command line (--add-runtime), which it would forget when it reads more from {file.Path}: move them into that file, restart Docker, and run this again.");

        file.Backup();
        if (edited)
            file.Write(config.ToString());
        try
        {
            await daemon.ReloadAsync(cancellationToken);
            if (!await RuntimeRegistration.WaitAsync(docker, MigratorRuntime.Name, runtimePath, cancellationToken))
                throw new DockerException($"Docker did not take the runtime from {file.Path}, which is as it was again; its log tells why (journalctl -u docker).");
        }
        catch
        {
            file.Write(before);
            file.RemoveBackup();
            await daemon.ReloadAsync(CancellationToken.None);
            throw;
        }

        return new HostChange(true, file.Path);
    }

    private static void CheckExecutable(string path)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!Path.IsPathRooted(path))
            throw new DockerException($"The path of the runtime has to be absolute, but is {path}.");
        if (!File.Exists(path))
            throw new DockerException($"The runtime {path} is not there: install it first.");
        if ((File.GetUnixFileMode(path) & Executable) == UnixFileMode.None)
            throw new DockerException($"The runtime {path} is not executable.");
    }
}
