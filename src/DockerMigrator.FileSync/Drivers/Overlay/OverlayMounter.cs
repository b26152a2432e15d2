using System.Text;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// Mounts an overlay for this process alone. The mount is attached nowhere: it lives as long as the returned descriptor,
/// so whatever becomes of this process, nothing of it stays behind.
/// </summary>
internal static class OverlayMounter
{
    private const int LongestValue = 255;
    private const int LongestOptions = 4095;

    /// <summary>The root directory of the merged view.</summary>
    /// <exception cref="TreeException">The kernel does not mount it.</exception>
    public static FileDescriptor Mount(OverlayLayers layers)
    {
        var error = MountByConfiguration(layers, out var root);
        // Layers one by one are Linux 6.8's; before that, and for very long paths, there is only the old call.
        if (error is Errno.EINVAL or Errno.ENOSYS or Errno.E2BIG)
            error = MountByOptions(layers, out root);
        if (error == Errno.None)
            return root;
        root.Dispose();
        throw TreeException.Because("Mounting the container's file system over", layers.Upper, error);
    }

    /// <summary>By fsopen(2), one option at a time, so that there is no limit to the number of layers.</summary>
    public static Errno MountByConfiguration(OverlayLayers layers, out FileDescriptor root)
    {
        root = new FileDescriptor(-1);
        var error = MountCalls.OpenFileSystem("overlay"u8, out var context);
        using (context)
        {
            IEnumerable<(string Option, string Value)> options =
            [
                .. layers.Lowers.Select(lower => ("lowerdir+", lower)),
                // The kernel takes backslashes out of these two, and only of these.
                ("upperdir", layers.Upper.Replace("\\", "\\\\", StringComparison.Ordinal)),
                ("workdir", layers.Work.Replace("\\", "\\\\", StringComparison.Ordinal)),
                ("index", "off"),
            ];
            foreach (var (option, value) in options)
            {
                var bytes = Encoding.UTF8.GetBytes(value);
                if (error == Errno.None)
                    error = bytes.Length > LongestValue ? Errno.E2BIG : MountCalls.Configure(context, Encoding.ASCII.GetBytes(option), bytes);
            }

            if (error != Errno.None)
                return error;
            error = MountCalls.MountDetached(context, out var mount);
            using (mount)
                return error == Errno.None ? FileCalls.OpenAt(mount, "."u8, OpenFlags.Directory, 0, out root) : error;
        }
    }

    /// <summary>By mount(2), on a thread that has a mount namespace of its own and ends with it.</summary>
    public static Errno MountByOptions(OverlayLayers layers, out FileDescriptor root)
    {
        var directory = layers.CommonDirectory();
        var options = Encoding.UTF8.GetBytes(layers.ToOptions(directory) + ",index=off");
        root = new FileDescriptor(-1);
        if (options.Length > LongestOptions)
            return Errno.E2BIG;
        var place = Encoding.UTF8.GetBytes(directory);
        var error = Errno.None;
        var result = root;
        var thread = new Thread(() =>
        {
            error = MountCalls.EnterPrivateNamespace();
            if (error == Errno.None)
                error = MountCalls.ChangeDirectory(place);
            // The options' relative paths count from the working directory, which the new mount then covers for nobody.
            if (error == Errno.None)
                error = MountCalls.Mount("overlay"u8, place, "overlay"u8, options);
            if (error == Errno.None)
                error = FileCalls.Open(place, OpenFlags.Directory, out result);
        });
        thread.Start();
        thread.Join();
        root = result;
        return error;
    }
}
