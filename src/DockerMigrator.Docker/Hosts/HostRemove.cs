using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.Docker.Hosts;

/// <summary>Undoes <see cref="HostSetup"/>.</summary>
public static class HostRemove
{
    /// <summary>Takes the runtime out of Docker's configuration. Doing so twice does nothing.</summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="cancellationToken">Gives up; the file is as it was then.</param>
    /// <exception cref="DockerException">A container needs the runtime, or Docker did not take the change; the file is as it was.</exception>
    public static async Task<HostChange> RunAsync(DockerClient docker, CancellationToken cancellationToken = default)
    {
        var daemon = DaemonProcess.Find();
        var file = new DaemonConfigFile(daemon.ConfigFile);
        var before = file.Read();
        var config = DaemonConfig.Parse(before ?? "", file.Path);
        var edited = config.RemoveRuntime(MigratorRuntime.Name);
        if (!edited && await RuntimeRegistration.PathAsync(docker, MigratorRuntime.Name, cancellationToken) is null)
            return new HostChange(false, file.Path);
        if (!edited)
            throw new DockerException($"The runtime {MigratorRuntime.Name} is not in {file.Path}, but Docker has it, from its command line (--add-runtime): take it out there and restart Docker.");
        await RefuseIfUsedAsync(docker, cancellationToken);

        file.Write(config.ToString());
        try
        {
            await daemon.ReloadAsync(cancellationToken);
            if (!await RuntimeRegistration.WaitAsync(docker, MigratorRuntime.Name, path: null, cancellationToken))
                throw new DockerException($"Docker did not take the change of {file.Path}, which is as it was again; its log tells why (journalctl -u docker).");
        }
        catch
        {
            file.Write(before);
            await daemon.ReloadAsync(CancellationToken.None);
            throw;
        }

        config.TidyUp();
        file.Write(config.IsEmpty ? null : config.ToString());
        file.RemoveBackup();
        return new HostChange(true, file.Path);
    }

    private static async Task RefuseIfUsedAsync(DockerClient docker, CancellationToken cancellationToken)
    {
        var users = (await docker.InspectAllContainersAsync(cancellationToken))
            .Where(container => container.HostConfig.Text("Runtime") == MigratorRuntime.Name)
            .Select(container => container.Name)
            .ToList();
        if (users.Count > 0)
            throw new DockerException($"The runtime {MigratorRuntime.Name} cannot be removed while containers were created with it, since they could not be started any more: {string.Join(", ", users)}.");
    }
}
