using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>
/// The first overlay driver: an image's layer is a whole tree of hard links to the one below, and a container's layer is a copy
/// of its "-init" layer (moby 20.10, daemon/graphdriver/overlay/overlay.go, Create).
/// </summary>
internal sealed class FirstOverlayLayout : ContainerLayout
{
    public FirstOverlayLayout(Scratch scratch, string name)
        : base(scratch, name) => scratch.Shell($"""
            mkdir -p docker/overlay docker/image/overlay/layerdb/mounts/{name}; cd docker/overlay
            if [ ! -d image ]; then
                mkdir -p below/root image; cp -a ../../image/. below/root/; cp -al below/root image/root
            fi
            mkdir -p {name}-init/upper {name}-init/work {name}/work {name}/merged
            cp -a ../../initial/. {name}-init/upper/; cp -a {name}-init/upper {name}/upper
            echo -n image > {name}-init/lower-id; echo -n image > {name}/lower-id
            echo -n {name} > ../image/overlay/layerdb/mounts/{name}/mount-id; echo -n {name}-init > ../image/overlay/layerdb/mounts/{name}/init-id
            """);

    public override string View => PathOf("merged");

    public override IStorageDriver Driver => StorageDrivers.Detect(Storage);

    public override ContainerStorage Storage => new(Name, "overlay", Path.Combine(Scratch.Root, "docker"))
    {
        DriverData = new Dictionary<string, string>
        {
            ["LowerDir"] = Path.Combine(Scratch.Root, "docker/overlay/image/root"),
            ["UpperDir"] = PathOf("upper"),
            ["WorkDir"] = PathOf("work"),
            ["MergedDir"] = View,
        },
    };

    public override void Start() => Scratch.Shell($"""
        cd docker/overlay; mount -t overlay overlay -o lowerdir=$PWD/image/root,upperdir=$PWD/{Name}/upper,workdir=$PWD/{Name}/work {Name}/merged
        """);

    private string PathOf(string part) => Path.Combine(Scratch.Root, "docker/overlay", Name, part);
}
