using DockerMigrator.FileSync.Drivers;

namespace DockerMigrator.Tests.FileSync.Drivers.Layouts;

/// <summary>
/// aufs (moby 20.10, daemon/graphdriver/aufs/aufs.go): "layers/ID" lists the parents, "diff/ID" is the branch, "mnt/ID" the mount point.
/// No kernel here has AUFS, so the view is a plain directory, of which <see cref="Settle"/> makes the branch, with the files and
/// names that AUFS would have written (aufs-standalone, fs/aufs: whout.c, opts.h, plink.c, cpup.c; aufs(5), "Branch" and "Pseudo link").
/// </summary>
internal sealed class AufsLayout : ContainerLayout
{
    // Regular files of the branch are further links to those of the view, so they are the same in everything.
    private const string Branch = """
        import fcntl, os, stat, struct, sys

        view, base, diff = map(os.fsencode, sys.argv[1:])
        GET, SET = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS, FS_IOC_SETFLAGS
        IMMUTABLE, APPEND = 0x10, 0x20


        def flags(path, value=None):
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                old = struct.unpack("i", fcntl.ioctl(file, GET, struct.pack("l", 0))[:4])[0]
                if value is not None:
                    fcntl.ioctl(file, SET, struct.pack("l", value))
                return old
            except OSError:
                return 0  # a file system without any
            finally:
                os.close(file)


        def attributes(path):
            return {name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)}


        def kind(path):
            return stat.S_IFMT(os.lstat(path).st_mode) if os.path.lexists(path) else None


        def content(path):
            if kind(path) == stat.S_IFLNK:
                return os.readlink(path)
            if kind(path) != stat.S_IFREG or os.lstat(path).st_size > 1 << 30:
                return None
            with open(path, "rb") as file:
                return file.read()


        def same(mine, theirs):
            a, b = os.lstat(mine), os.lstat(theirs)
            if stat.S_ISDIR(a.st_mode):
                key = lambda s: (s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns)
            else:
                key = lambda s: (s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns, s.st_size, s.st_rdev, s.st_nlink == 1)
            return key(a) == key(b) and mine not in protected and attributes(mine) == attributes(theirs) and content(mine) == content(theirs)


        def clear(directory):
            for name in os.listdir(directory):
                path = os.path.join(directory, name)
                if kind(path) == stat.S_IFDIR:
                    if flags(path) & (IMMUTABLE | APPEND):
                        flags(path, flags(path) & ~(IMMUTABLE | APPEND))
                    clear(path)
                    os.rmdir(path)
                else:
                    os.unlink(path)


        def look_like(path, model):
            s = os.lstat(model)
            os.chown(path, s.st_uid, s.st_gid)
            for name in attributes(path):
                os.removexattr(path, name)
            for name, value in attributes(model).items():
                os.setxattr(path, name, value)
            os.chmod(path, stat.S_IMODE(s.st_mode))
            os.utime(path, ns=(s.st_atime_ns, s.st_mtime_ns))


        def housekeeping(name):
            # Every whiteout is a link to one file in the branch's root (whout.c, link_or_create_wh).
            os.link(whiteout, name)


        def lay(path, merges, opaque):
            mine, theirs, branch = (os.path.join(root, path) if path else root for root in (view, base, diff))
            # AUFS takes no name that is too long for a whiteout; one of the image that is gone is as in a directory made anew.
            if merges and any(len(name) > 251 and not os.path.lexists(os.path.join(mine, name)) for name in os.listdir(theirs)):
                opaque = True
            # A directory once made opaque stays so.
            if merges and str(os.lstat(mine).st_ino) in opaque_before:
                opaque = True
            if opaque:
                housekeeping(os.path.join(branch, b".wh..wh..opq"))
                opaque_before.add(str(os.lstat(mine).st_ino))
                merges = False
            if merges:
                for name in sorted(os.listdir(theirs)):
                    if not os.path.lexists(os.path.join(mine, name)):
                        housekeeping(os.path.join(branch, b".wh." + name))
            for name in sorted(os.listdir(mine), key=lambda name: (kind(os.path.join(mine, name)) == stat.S_IFDIR, name)):
                inner = os.path.join(path, name)
                a, b, c = os.path.join(mine, name), os.path.join(theirs, name), os.path.join(branch, name)
                inner_merges = merges and kind(b) == stat.S_IFDIR
                if kind(a) == stat.S_IFDIR:
                    os.mkdir(c)
                    # A directory made anew where the image has something is opaque; any that replaces one may be (vdir, inode.c).
                    lay(inner, inner_merges, merges and kind(b) is not None and (not inner_merges or (not same(a, b) and sum(name) % 5 == 0)))
                    if inner_merges and not os.listdir(c) and same(a, b):
                        os.rmdir(c)  # nothing was changed in it
                elif not merges or not os.path.lexists(b) or os.lstat(a).st_nlink > 1 and regrouped(a) or not same(a, b):
                    link(a, b, c, merges)


        def regrouped(mine):
            # Whether a file has other names than in the image.
            return groups(view)[os.lstat(mine).st_ino] not in groups(base).values()


        def groups(root, found={}):
            if root not in found:
                found[root] = {}
                for directory, _, names in os.walk(root):
                    for name in names:
                        path = os.path.join(directory, name)
                        s = os.lstat(path)
                        if s.st_nlink > 1:
                            found[root].setdefault(s.st_ino, set()).add(os.path.relpath(path, root))
            return found[root]


        def link(mine, theirs, branch, in_merged):
            # What has several names in the image is copied up under the one by which it is changed, and noted (cpup.c, plink.c).
            s = os.lstat(mine)
            pseudo = in_merged and kind(theirs) == stat.S_IFREG and os.lstat(theirs).st_nlink > 1 and kind(mine) == stat.S_IFREG
            if pseudo and s.st_ino in copied:
                return
            if s.st_nlink > 1 and pseudo:
                note = os.path.join(diff, b".wh..wh.plnk", b"%d.%d" % (s.st_ino, s.st_ino))
                copied.add(s.st_ino)
                os.link(mine, note)
            os.link(mine, branch, follow_symlinks=False)


        def directories(path):
            yield path
            for name in os.listdir(os.path.join(view, path)):
                inner = os.path.join(path, name)
                if kind(os.path.join(view, inner)) == stat.S_IFDIR:
                    yield from directories(inner)


        protected, copied = {}, set()
        every = list(directories(b""))
        for path in every:
            for name in [b""] + os.listdir(os.path.join(view, path)):
                one = os.path.join(view, path, name) if name else os.path.join(view, path)
                if kind(one) in (stat.S_IFREG, stat.S_IFDIR) and flags(one) & (IMMUTABLE | APPEND):
                    protected[one] = flags(one)
        for one, value in protected.items():
            flags(one, value & ~(IMMUTABLE | APPEND))

        clear(diff)
        whiteout = os.path.join(diff, b".wh..wh.aufs")
        os.close(os.open(whiteout, os.O_CREAT | os.O_EXCL, 0o444))
        for name in b".wh..wh.orph", b".wh..wh.plnk":
            os.mkdir(os.path.join(diff, name), 0o700)
        notes = diff + b".opaque"
        opaque_before = set(open(notes).read().split()) if os.path.exists(notes) else set()
        lay(b"", True, False)
        with open(notes, "w") as file:
            file.write(" ".join(opaque_before))
        for path in reversed(every):
            if kind(os.path.join(diff, path)) is not None:
                look_like(os.path.join(diff, path), os.path.join(view, path))
        for one, value in protected.items():
            if kind(one) == stat.S_IFDIR and kind(os.path.join(diff, os.path.relpath(one, view))) is not None:
                flags(os.path.join(diff, os.path.relpath(one, view)), value)
            flags(one, value)
        """;

    public AufsLayout(Scratch scratch, string name)
        : base(scratch, name)
    {
        scratch.Shell($"""
            mkdir -p docker/aufs/layers docker/aufs/diff docker/aufs/mnt docker/image/aufs/layerdb/mounts/{name}; cd docker/aufs
            mkdir diff/image diff/{name}-init diff/{name} mnt/image mnt/{name}-init mnt/{name}; cp -a ../../image/. diff/image/; cp -a ../../initial/. diff/{name}-init/
            : > layers/image; echo image > layers/{name}-init; printf '{name}-init\nimage\n' > layers/{name}
            for tree in mnt/{name} ../../merged-{name}; do mkdir -p $tree; cp -a diff/image/. $tree/; cp -a diff/{name}-init/. $tree/; done
            echo -n {name} > ../image/aufs/layerdb/mounts/{name}/mount-id; echo -n {name}-init > ../image/aufs/layerdb/mounts/{name}/init-id
            """);
        File.WriteAllText(Path.Combine(scratch.Root, "branch.py"), Branch);
    }

    public override string View => Path.Combine(Scratch.Root, "docker/aufs/mnt", Name);

    public override IStorageDriver Driver => StorageDrivers.Detect(Storage);

    public override ContainerStorage Storage => new(Name, "aufs", Path.Combine(Scratch.Root, "docker"));

    public override void Start()
    {
    }

    public override void Settle() => Scratch.Shell($"python3 branch.py docker/aufs/mnt/{Name} merged-{Name} docker/aufs/diff/{Name}");
}
