using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Mounts;

/// <summary>Block devices whose content is a file (loop(4)).</summary>
public static unsafe class LoopDevice
{
    private const nuint GetStatus64 = 0x4C05;
    private const int LoopInfo64Size = 232;

    /// <summary>Which file a loop device's content is. ENXIO: it has none at the moment.</summary>
    /// <param name="device">The device, open for reading.</param>
    /// <param name="fileSystem">The file's file system.</param>
    /// <param name="inode">The file's inode there.</param>
    public static Errno Read(FileDescriptor device, out DeviceNumber fileSystem, out ulong inode)
    {
        // struct loop_info64 begins with lo_device and lo_inode.
        var info = stackalloc ulong[LoopInfo64Size / sizeof(ulong)];
        var error = FileCalls.Check(FileInterop.Ioctl(device.Number, GetStatus64, info));
        (fileSystem, inode) = error == Errno.None ? (DeviceNumber.Unpack(info[0]), info[1]) : default;
        return error;
    }
}
