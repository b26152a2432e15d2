namespace DockerMigrator.Native.Files;

/// <summary>Restrictions on a path's resolution (openat2(2)).</summary>
[Flags]
public enum ResolveFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>RESOLVE_NO_XDEV: no mount is crossed.</summary>
    NoMounts = 0x01,

    /// <summary>RESOLVE_NO_MAGICLINKS.</summary>
    NoMagicLinks = 0x02,

    /// <summary>RESOLVE_NO_SYMLINKS: no symbolic link anywhere on the path.</summary>
    NoSymlinks = 0x04,

    /// <summary>RESOLVE_BENEATH: never above the directory it starts from.</summary>
    Beneath = 0x08,
}
