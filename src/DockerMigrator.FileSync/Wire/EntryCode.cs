namespace DockerMigrator.FileSync.Wire;

/// <summary>
/// What an entry of a change stream is. A stream describes one directory after another, depth first, by single names:
/// no path is ever sent but that of an earlier file which gets another name. Numbers are little-endian.
/// <code>
/// stream    := { block }                      the last entry is End, in a block of its own; nothing of the stream follows
/// block     := u32 length (1 to 1 MiB; with bit 31 set in the last one), length bytes; entries may straddle blocks
/// contents  := header { entry } End
/// header    := u32 "DMFS", u8 version, u8 flags (see StreamFlags)
/// entry     := u8 code, fields:
///   Directory  name, u8 opaque (0, 1), metadata   go into it; the first one, with an empty name, is the root
///   Leave                                         done with it: now it gets its metadata
///   File       name, metadata, u64 size, { segment }, u32 0
///   segment  := u32 length, u64 offset, bytes     in order; what is between them is holes
///   Patch      name, metadata, u64 size, u64 old size, s64 and u32 old mtime, { segment or hole }, u32 0
///                                                 an earlier file, cut or extended to its new size; what is not mentioned stays
///   hole     := u32 length with bit 31 set, u64 offset
///   Symlink    name, metadata, u16 length, target
///   Node       name, metadata, u16 kind (S_IFMT bits), u32 major, u32 minor
///   HardLink   name, u32 length, path from the root of an earlier file
///   Removed    name
///   End        u64 entries, u64 data bytes, u64 removed, 16 bytes XxHash3-128 of all contents before them
/// name      := u8 length, bytes
/// metadata  := u16 permissions, u8 protection (1 immutable, 2 append-only), u32 owner, u32 group,
///              s64 and u32 mtime, s64 and u32 atime, u16 count, { u8 length, name, u32 length, value }
/// </code>
/// </summary>
internal enum EntryCode : byte
{
    None = 0,
    Directory = 1,
    Leave = 2,
    File = 3,
    Symlink = 4,
    Node = 5,
    HardLink = 6,
    Removed = 7,
    End = 8,
    Patch = 9,
}
