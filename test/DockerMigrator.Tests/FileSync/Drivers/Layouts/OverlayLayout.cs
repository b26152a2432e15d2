using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>overlay2: a directory a layer, short links to them in "l" (moby, daemon/graphdriver/overlay2/overlay.go).</summary>
internal sealed class OverlayLayout : ContainerLayout
{
    public OverlayLayout(Scratch scratch, string name)
        : base(scratch, name) => scratch.Shell($"""
            mkdir -p docker/overlay2/l; cd docker/overlay2; mkdir -p {name}/diff {name}/work
            if [ ! -d image ]; then
                mkdir -p image/diff init/diff init/work; cp -a ../../image/. image/diff/; cp -a ../../initial/. init/diff/
                ln -s ../image/diff l/IMAGE; ln -s ../init/diff l/INIT
            fi
            echo -n l/INIT:l/IMAGE > {name}/lower
            """);

    public override string View => Path.Combine(Scratch.Root, "view-" + Name);

    public override IStorageDriver Driver => StorageDrivers.Detect(Storage);

    public override ContainerStorage Storage => new(Name, "overlay2", Path.Combine(Scratch.Root, "docker"))
    {
        DriverData = new Dictionary<string, string>
        {
            ["UpperDir"] = Path.Combine(Scratch.Root, "docker/overlay2", Name, "diff"),
            ["WorkDir"] = Path.Combine(Scratch.Root, "docker/overlay2", Name, "work"),
        },
    };

    public override void Start() => Scratch.Shell($"""
        mkdir view-{Name}; cd docker/overlay2
        mount -t overlay overlay -o lowerdir=l/INIT:l/IMAGE,upperdir={Name}/diff,workdir={Name}/work,index=off ../../view-{Name}
        """);
}
