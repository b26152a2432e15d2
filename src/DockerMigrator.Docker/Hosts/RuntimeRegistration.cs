using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Hosts;

/// <summary>What the running engine says about a runtime, as opposed to what its file says.</summary>
internal static class RuntimeRegistration
{
    private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(15);

    /// <summary>Path of the runtime's program; null if the engine knows no such runtime.</summary>
    public static async Task<string?> PathAsync(DockerClient docker, string name, CancellationToken cancellationToken) =>
        (await docker.InfoAsync(cancellationToken)).At("Runtimes", name) is { } runtime ? runtime.Text("path") : null;

    /// <summary>Waits until the engine says so; false if it does not in good time: it has refused its file.</summary>
    public static async Task<bool> WaitAsync(DockerClient docker, string name, string? path, CancellationToken cancellationToken)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (await PathAsync(docker, name, cancellationToken) != path)
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > ReloadTime)
                return false;
            await Task.Delay(50, cancellationToken);
        }

        return true;
    }
}
