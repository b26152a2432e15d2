namespace DockerMigrator.Native.Files;

/// <summary>How to open a file (open(2)); the values are x86-64's, and translated where an architecture has others.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    None = 0,

    /// <summary>O_WRONLY.</summary>
    WriteOnly = 1,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT.</summary>
    Create = 0x40,

    /// <summary>O_EXCL: fail if it is there already.</summary>
    Exclusive = 0x80,

    /// <summary>O_NONBLOCK: do not wait for a FIFO's other end.</summary>
    NonBlocking = 0x800,

    /// <summary>O_DIRECTORY: fail unless it is a directory.</summary>
    Directory = 0x10000,

    /// <summary>O_NOFOLLOW: fail if the last component is a symbolic link.</summary>
    NoFollow = 0x20000,

    /// <summary>O_NOATIME: reading leaves the access time alone (owner or root).</summary>
    NoAccessTime = 0x40000,

    /// <summary>O_PATH: the object itself, without opening it.</summary>
    Path = 0x200000,
}
