using CsCheck;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync;

/// <summary>Random things done to a tree. Whatever is impossible on what is there just does not happen.</summary>
internal static class RandomTree
{
    private static readonly byte[][] Names =
    [
        "a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray(), "a.b"u8.ToArray(), "\n"u8.ToArray(), [0xFF], [0xC3, 0x28], "-"u8.ToArray(),
        [.. Enumerable.Repeat((byte)'n', 255)], " "u8.ToArray(),
    ];

    private static readonly Gen<byte[]> Path =
        Gen.Int[0, Names.Length - 1].Select(i => Names[i]).Array[1, 4].Select(parts => parts.SelectMany((part, i) => i == 0 ? part : [(byte)'/', .. part]).ToArray());

    private static readonly FileKind[] NodeKinds = [FileKind.Fifo, FileKind.Socket, FileKind.CharacterDevice, FileKind.BlockDevice];

    /// <summary>A thing to do.</summary>
    public static readonly Gen<(int What, byte[] Path, byte[] Other, uint Number)> Operation =
        Gen.Select(Gen.Int[0, 15], Path, Path, Gen.UInt);

    public static void Apply(FileDescriptor root, (int What, byte[] Path, byte[] Other, uint Number) operation)
    {
        var (what, path, other, number) = operation;
        switch (what)
        {
            case 0 or 1 or 2:
                DirectoryCalls.MakeDirectory(root, path, 0x1FF & number);
                break;
            case 3 or 4:
                Write(root, path, number, OpenFlags.Create);
                break;
            case 5:
                Write(root, path, number, OpenFlags.None);
                break;
            case 6:
                DirectoryCalls.MakeSymlink(other, root, path);
                break;
            case 7 or 8:
                DirectoryCalls.MakeLink(root, path, root, other);
                break;
            case 9:
                DirectoryCalls.MakeNode(root, path, NodeKinds[number % 4], 0x1FF & number, new DeviceNumber(1 + (number >> 8) % 4000, number % 99999));
                break;
            case 10:
                DirectoryCalls.Unlink(root, path);
                break;
            case 11:
                DirectoryCalls.RemoveDirectory(root, path);
                break;
            case 12:
                DirectoryCalls.Rename(root, path, other);
                break;
            default:
                Touch(root, path, what, number);
                break;
        }
    }

    private static void Write(FileDescriptor root, byte[] path, uint number, OpenFlags flags)
    {
        if (FileCalls.OpenAt(root, path, flags | OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, 0x1A4, out var file) == Errno.None
            && FileCalls.Stat(file, out var status) == Errno.None && status.Kind == FileKind.Regular)
        {
            var data = new byte[number % 9000];
            new Random((int)number).NextBytes(data);
            FileCalls.Write(file, data, (number >> 16) % 8 * 50_000);
            if (number % 5 == 0)
                FileCalls.Truncate(file, (number >> 12) % 700_000);
        }

        file.Dispose();
    }

    private static void Touch(FileDescriptor root, byte[] path, int what, uint number)
    {
        if (FileCalls.OpenAt(root, path, OpenFlags.Path | OpenFlags.NoFollow, 0, out var file) == Errno.None)
        {
            var inode = new InodeHandle(file, isPath: true);
            if (what == 13)
                MetadataCalls.SetTimes(inode, new FileTime(number, number % 1_000_000_000), new FileTime(-(long)number, number / 5));
            else if (what == 14 && FileCalls.Stat(file, out var status) == Errno.None && status.Kind != FileKind.Symlink)
                MetadataCalls.SetPermissions(inode, number % 0x1000);
            else if (what == 15 && number % 2 == 0)
                MetadataCalls.SetOwner(inode, number % 7, number % 11);
            else
                XattrCalls.Set(inode, number % 3 == 0 ? "trusted.x"u8 : number % 3 == 1 ? "security.y"u8 : "user.z"u8, new byte[number % 50]);
        }

        file.Dispose();
    }
}
