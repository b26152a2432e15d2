namespace DockerMigrator.Native.Files;

/// <summary>The type of an inode: the S_IFMT bits of its mode.</summary>
public enum FileKind
{
    /// <summary>No type: nothing the kernel ever reports.</summary>
    None = 0,

    /// <summary>S_IFIFO.</summary>
    Fifo = 0x1000,

    /// <summary>S_IFCHR.</summary>
    CharacterDevice = 0x2000,

    /// <summary>S_IFDIR.</summary>
    Directory = 0x4000,

    /// <summary>S_IFBLK.</summary>
    BlockDevice = 0x6000,

    /// <summary>S_IFREG.</summary>
    Regular = 0x8000,

    /// <summary>S_IFLNK.</summary>
    Symlink = 0xA000,

    /// <summary>S_IFSOCK.</summary>
    Socket = 0xC000,
}
