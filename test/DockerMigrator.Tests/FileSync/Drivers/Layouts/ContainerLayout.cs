using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>
/// A container of an image, laid out in a scratch directory as one of Docker's storage drivers does. The image is the tree
/// "image" there; on top of it comes "initial", what Docker puts into every container.
/// </summary>
internal abstract class ContainerLayout(Scratch scratch, string name)
{
    /// <summary>Layouts that containers can leave.</summary>
    public static readonly string[] Sources = ["overlay2", "overlay", "aufs", "overlayfs", "vfs"];

    /// <summary>Layouts that containers can come to.</summary>
    public static readonly string[] Targets = ["overlay2", "overlayfs", "vfs"];

    /// <summary>What the container's processes see.</summary>
    public abstract string View { get; }

    public abstract IStorageDriver Driver { get; }

    public abstract ContainerStorage Storage { get; }

    protected Scratch Scratch => scratch;

    protected string Name => name;

    /// <summary>Lays out a container.</summary>
    /// <param name="driver">The storage driver.</param>
    /// <param name="scratch">Where.</param>
    /// <param name="name">The container's name; several can be of one image.</param>
    public static ContainerLayout Create(string driver, Scratch scratch, string name) => driver switch
    {
        "overlay2" => new OverlayLayout(scratch, name),
        "overlay" => new FirstOverlayLayout(scratch, name),
        "overlayfs" => new SnapshotLayout(scratch, name),
        "aufs" => new AufsLayout(scratch, name),
        "vfs" => new VfsLayout(scratch, name),
        _ => throw new ArgumentOutOfRangeException(nameof(driver)),
    };

    /// <summary>The image's and the initial tree, for both containers.</summary>
    public static void MakeImage(Scratch scratch, string script) => scratch.Shell($"""
        mkdir -p image initial/etc initial/dev/pts; cd initial; touch .dockerenv etc/hostname; ln -s /proc/mounts etc/mtab
        touch -d 2020-01-01 dev/pts dev etc/hostname etc .dockerenv .
        cd ../image
        {script}
        """);

    /// <summary>Starts the container: makes the view.</summary>
    public abstract void Start();

    /// <summary>Writes down what was changed in the view, where no kernel does.</summary>
    public virtual void Settle()
    {
    }
}
