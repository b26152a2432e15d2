using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>vfs: every layer a whole copy (moby, daemon/graphdriver/vfs/driver.go).</summary>
internal sealed class VfsLayout : ContainerLayout
{
    public VfsLayout(Scratch scratch, string name)
        : base(scratch, name) => scratch.Shell($"""
            mkdir -p docker/vfs/dir docker/image/vfs/layerdb/mounts/{name}; cd docker/vfs/dir
            for layer in {name}-init {name}; do mkdir $layer; cp -a ../../../image/. $layer/; cp -a ../../../initial/. $layer/; done
            echo -n {name} > ../../image/vfs/layerdb/mounts/{name}/mount-id; echo -n {name}-init > ../../image/vfs/layerdb/mounts/{name}/init-id
            """);

    public override string View => Path.Combine(Scratch.Root, "docker/vfs/dir", Name);

    public override IStorageDriver Driver => StorageDrivers.Detect(Storage);

    public override ContainerStorage Storage => new(Name, "vfs", Path.Combine(Scratch.Root, "docker"));

    public override void Start()
    {
    }
}
