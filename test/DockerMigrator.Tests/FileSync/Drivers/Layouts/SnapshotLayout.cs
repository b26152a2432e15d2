using DockerMigrator.FileSync.Drivers;
using DockerMigrator.FileSync.Drivers.Overlay;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>containerd's overlayfs snapshotter: numbered directories, mount options by request (containerd, plugins/snapshots/overlay/overlay.go).</summary>
internal sealed class SnapshotLayout : ContainerLayout
{
    public SnapshotLayout(Scratch scratch, string name)
        : base(scratch, name) => scratch.Shell($"""
            mkdir -p snapshots; cd snapshots; mkdir -p {name}/fs {name}/work
            if [ ! -d 1 ]; then mkdir -p 1/fs 2/fs 2/work; cp -a ../image/. 1/fs/; cp -a ../initial/. 2/fs/; fi
            """);

    public override string View => Path.Combine(Scratch.Root, "view-" + Name);

    public override IStorageDriver Driver => new ContainerdOverlayDriver((_, key, _) => Task.FromResult<IReadOnlyList<string>>(
        ["index=off", $"workdir={Snapshot(key)}/work", $"upperdir={Snapshot(key)}/fs", $"lowerdir={Snapshot("2")}/fs:{Snapshot("1")}/fs"]));

    public override ContainerStorage Storage => new(Name, "overlayfs", "/nowhere")
    {
        DriverData = new Dictionary<string, string> { ["UpperDir"] = Snapshot(Name) + "/fs" },
    };

    public override void Start() => Scratch.Shell($"""
        mkdir view-{Name}; cd snapshots
        mount -t overlay overlay -o index=off,workdir={Snapshot(Name)}/work,upperdir={Snapshot(Name)}/fs,lowerdir={Snapshot("2")}/fs:{Snapshot("1")}/fs ../view-{Name}
        """);

    private string Snapshot(string key) => Path.Combine(Scratch.Root, "snapshots", key);
}
