namespace DockerMigrator.Native.Files;

/// <summary>Why a system call failed, by the kernel's own names (<c>errno-base.h</c>, <c>errno.h</c>; alike on every Linux architecture used here).</summary>
public enum Errno
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory.</summary>
    ENOENT = 2,

    /// <summary>No such process.</summary>
    ESRCH = 3,

    /// <summary>Interrupted by a signal; to be repeated.</summary>
    EINTR = 4,

    /// <summary>Input or output error: the disk.</summary>
    EIO = 5,

    /// <summary>No such device or address.</summary>
    ENXIO = 6,

    /// <summary>Argument list, or an xattr's value, too long.</summary>
    E2BIG = 7,

    /// <summary>Not an open descriptor, or not open for this.</summary>
    EBADF = 9,

    /// <summary>Not now; to be repeated.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Busy: a mount point, for example.</summary>
    EBUSY = 16,

    /// <summary>It is there already.</summary>
    EEXIST = 17,

    /// <summary>Across file systems.</summary>
    EXDEV = 18,

    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,

    /// <summary>A directory.</summary>
    EISDIR = 21,

    /// <summary>An argument that the kernel does not take.</summary>
    EINVAL = 22,

    /// <summary>Too many open files.</summary>
    EMFILE = 24,

    /// <summary>A request the device does not know.</summary>
    ENOTTY = 25,

    /// <summary>File too large.</summary>
    EFBIG = 27,

    /// <summary>No space (or no inode) left.</summary>
    ENOSPC = 28,

    /// <summary>Read-only file system.</summary>
    EROFS = 30,

    /// <summary>Too many hard links to one file.</summary>
    EMLINK = 31,

    /// <summary>A result that does not fit the given buffer.</summary>
    ERANGE = 34,

    /// <summary>Name too long.</summary>
    ENAMETOOLONG = 36,

    /// <summary>The kernel lacks this system call.</summary>
    ENOSYS = 38,

    /// <summary>Directory not empty.</summary>
    ENOTEMPTY = 39,

    /// <summary>A symbolic link where none may be.</summary>
    ELOOP = 40,

    /// <summary>No such extended attribute.</summary>
    ENODATA = 61,

    /// <summary>The file system cannot do this.</summary>
    EOPNOTSUPP = 95,

    /// <summary>The object behind the descriptor is gone (network file systems).</summary>
    ESTALE = 116,

    /// <summary>Disk quota exceeded.</summary>
    EDQUOT = 122,
}
