using System.Globalization;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>
/// Storage that two lab hosts share, as a network share would be: one block device of the machine, mounted in both. As they have one
/// kernel, it is one file system with one cache.
/// </summary>
internal sealed class SharedStorage : IAsyncDisposable
{
    private const string Script = """
        image=$(mktemp /tmp/docker-migrator-shared.XXXXXX)
        truncate -s 32M "$image"
        mkfs.ext4 -q "$image"
        losetup --find --show "$image"
        rm "$image"
        """;

    private readonly LabHost[] _hosts;
    private readonly string _device;
    private readonly string _path;

    private SharedStorage(LabHost[] hosts, string device, string path) => (_hosts, _device, _path) = (hosts, device, path);

    /// <summary>Makes it, and mounts it at this path of the hosts.</summary>
    public static async Task<SharedStorage> MountAsync(string path, params LabHost[] hosts)
    {
        var made = await new Command("bash", ["-euc", Script]).RunAsync(CancellationToken.None);
        var device = made.Succeeded ? made.Stdout.Trim() : throw new CommandFailedException("making shared storage", made);
        var storage = new SharedStorage(hosts, device, path);
        var minor = int.Parse(device["/dev/loop".Length..], CultureInfo.InvariantCulture);
        foreach (var host in hosts)
            await host.ShellAsync($"[ -e {device} ] || mknod {device} b 7 {minor}; mkdir -p {path}; mount {device} {path}");
        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.TryOnAsync("sh", "-c", $"docker rm -fv $(docker ps -aq); umount -l {_path}; rmdir {_path}");
        await new Command("losetup", ["--detach", _device]).RunAsync(CancellationToken.None);
    }
}
