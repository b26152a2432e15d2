using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>What statx(2) tells of an inode; laid out as the kernel's <c>struct statx</c>, which is one on all architectures.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
public readonly struct FileStatus
{
    private const ulong MountRootAttribute = 0x2000;
    private const ulong ImmutableAttribute = 0x10;
    private const ulong AppendAttribute = 0x20;

    [FieldOffset(8)]
    private readonly ulong _attributes;
    [FieldOffset(16)]
    private readonly uint _links;
    [FieldOffset(20)]
    private readonly uint _owner;
    [FieldOffset(24)]
    private readonly uint _group;
    [FieldOffset(28)]
    private readonly ushort _mode;
    [FieldOffset(32)]
    private readonly ulong _inode;
    [FieldOffset(40)]
    private readonly ulong _size;
    [FieldOffset(48)]
    private readonly ulong _blocks;
    [FieldOffset(64)]
    private readonly Timestamp _accessed;
    [FieldOffset(96)]
    private readonly Timestamp _changed;
    [FieldOffset(112)]
    private readonly Timestamp _modified;
    [FieldOffset(128)]
    private readonly uint _deviceMajor;
    [FieldOffset(132)]
    private readonly uint _deviceMinor;
    [FieldOffset(136)]
    private readonly uint _fileSystemMajor;
    [FieldOffset(140)]
    private readonly uint _fileSystemMinor;

    private FileStatus(in FileStatus other, ulong attributes)
    {
        this = other;
        _attributes = attributes;
    }

    /// <summary>What it is.</summary>
    public FileKind Kind => (FileKind)(_mode & 0xF000);

    /// <summary>Permission bits with set-user-ID, set-group-ID and sticky: 0 to octal 7777.</summary>
    public uint Permissions => (uint)_mode & 0xFFF;

    /// <summary>Number of hard links.</summary>
    public uint Links => _links;

    /// <summary>User ID.</summary>
    public uint Owner => _owner;

    /// <summary>Group ID.</summary>
    public uint Group => _group;

    /// <summary>Inode number.</summary>
    public ulong Inode => _inode;

    /// <summary>Size in bytes.</summary>
    public long Size => (long)_size;

    /// <summary>Bytes on the disk.</summary>
    public long AllocatedBytes => (long)_blocks * 512;

    /// <summary>Last access.</summary>
    public FileTime Accessed => _accessed.Value;

    /// <summary>Last change of content or metadata; nobody can set it.</summary>
    public FileTime Changed => _changed.Value;

    /// <summary>Last change of content, as far as nobody set it.</summary>
    public FileTime Modified => _modified.Value;

    /// <summary>A device node's device.</summary>
    public DeviceNumber Device => new(_deviceMajor, _deviceMinor);

    /// <summary>The file system it is on.</summary>
    public DeviceNumber FileSystem => new(_fileSystemMajor, _fileSystemMinor);

    /// <summary>Whether something is mounted here (Linux 5.8 and later tell).</summary>
    public bool IsMountRoot => (_attributes & MountRootAttribute) != 0;

    /// <summary>chattr +i.</summary>
    public bool IsImmutable => (_attributes & ImmutableAttribute) != 0;

    /// <summary>chattr +a.</summary>
    public bool IsAppendOnly => (_attributes & AppendAttribute) != 0;

    /// <summary>The same, with protection that is kept elsewhere than in the inode's flags.</summary>
    public FileStatus WithProtection(bool immutable, bool appendOnly) =>
        new(this, _attributes | (immutable ? ImmutableAttribute : 0) | (appendOnly ? AppendAttribute : 0));

    /// <summary>Whether both are the same inode.</summary>
    public bool IsSameInode(in FileStatus other) => _inode == other._inode && FileSystem == other.FileSystem;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timestamp
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public FileTime Value => new(_seconds, _nanoseconds);
    }
}
