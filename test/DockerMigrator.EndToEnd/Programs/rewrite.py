# Rewrites its own root file system without end, and after each change compares all of it with what it remembers: whatever
# it did not touch has to be as it was, in content and metadata. It prints its turns; a line "MISMATCH …" tells what is not.
# The memory moves with the program, so the files have to be where it remembers them, on whatever host it finds itself.
import hashlib, os, random, shutil, stat, sys, time

dice = random.Random(int(sys.argv[1]))
library = "/usr/lib/python%d.%d" % sys.version_info[:2]
# But for what the program itself maps.
parts = sorted(name for name in os.listdir(library) if os.path.isdir(os.path.join(library, name)) and name not in ("lib-dynload", "encodings"))
roots = [os.path.join(library, name) for name in parts] + ["/srv", "/etc/own"]
contents = {}


def fingerprint(path, s):
    if stat.S_ISLNK(s.st_mode):
        return os.readlink(path)
    if not stat.S_ISREG(s.st_mode):
        return s.st_rdev
    key = (path, s.st_dev, s.st_ino, s.st_ctime_ns, s.st_size)
    if key not in contents:
        with open(path, "rb") as file:
            contents[key] = hashlib.sha256(file.read()).digest()
    return contents[key]


def describe(path, links):
    s = os.lstat(path)
    own = {name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)}
    if stat.S_ISDIR(s.st_mode):
        return s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns, own
    # Hard links are told by the first of their names.
    first = links.setdefault((s.st_dev, s.st_ino), path)
    return s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns, own, s.st_size, fingerprint(path, s), first


def look():
    found, links = {}, {}
    for root in roots:
        found[root] = describe(root, links)
        for directory, below, files in os.walk(root):
            below.sort()
            for name in sorted(below + files):
                path = os.path.join(directory, name)
                found[path] = describe(path, links)
    return found


def names_of(path, known):
    """All names of a file."""
    kind = known[path]
    return {other for other, what in known.items() if len(what) > 5 and len(kind) > 5 and what[7] == kind[7]} | {path}


def pick(known, kind):
    chosen = [path for path, what in known.items() if kind(what[0]) and path not in roots]
    return dice.choice(chosen) if chosen else None


def fresh(known):
    directory = dice.choice([path for path, what in known.items() if stat.S_ISDIR(what[0])])
    return os.path.join(directory, "n%d" % dice.randrange(10_000_000))


def turn(known):
    """Does one thing; returns the paths that it may have changed, and those below which everything may be changed."""
    file, directory = pick(known, stat.S_ISREG), pick(known, stat.S_ISDIR)
    new, action = fresh(known), dice.randrange(14)
    above = lambda *paths: {os.path.dirname(path) for path in paths}
    if action < 3 or file is None or directory is None:
        with open(new, "wb") as out:
            out.write(dice.randbytes(dice.randrange(20_000)))
        return {new} | above(new), set()
    if action == 3:
        with open(file, "ab") as out:
            out.write(dice.randbytes(dice.randrange(5_000)))
        return names_of(file, known), set()
    if action == 4:
        touched = names_of(file, known)
        os.remove(file)
        return touched | above(file), set()
    if action == 5:
        os.mkdir(new, 0o700 + dice.randrange(64))
        return {new} | above(new), set()
    if action == 6 and len(known) > 600:
        linked = {name for path in known if path.startswith(directory + "/") for name in names_of(path, known)}
        shutil.rmtree(directory)
        os.mkdir(directory)
        with open(directory + "/anew", "w") as out:
            out.write(directory)
        return linked | above(directory), {directory}
    if action == 7:
        touched = names_of(file, known)
        os.rename(file, new)
        return touched | {new} | above(file, new), set()
    if action == 8:
        touched = names_of(file, known)
        os.link(file, new)
        return touched | {new} | above(new), set()
    if action == 9:
        os.symlink("../nowhere/%d" % dice.randrange(100), new)
        os.lchown(new, dice.randrange(100), 7)
        return {new} | above(new), set()
    if action == 10:
        os.chmod(file, dice.randrange(0o10000))
        os.utime(file, ns=(dice.randrange(10**18), dice.randrange(10**18)))
        return names_of(file, known), set()
    if action == 11:
        os.setxattr(file, "user.n%d" % dice.randrange(3), dice.randbytes(dice.randrange(50)))
        os.chown(file, dice.randrange(1000), dice.randrange(1000))
        return names_of(file, known), set()
    if action == 12:
        # A directory of the image cannot be renamed on an overlay: it is copied and removed then, as mv does.
        if new.startswith(directory + "/"):
            return set(), set()
        linked = {name for path in known if path.startswith(directory + "/") for name in names_of(path, known)}
        shutil.move(directory, new)
        return linked | above(directory, new), {directory, new}
    touched = names_of(file, known)
    os.remove(file)
    os.mkdir(file)
    with open(os.path.join(file, "inside"), "w") as out:
        out.write(file)
    return touched | {file + "/inside"} | above(file), set()


def differences(known, now, touched, below):
    excused = lambda path: path in touched or any(path == root or path.startswith(root + "/") for root in below)
    return [path for path in sorted(known.keys() | now.keys()) if known.get(path) != now.get(path) and not excused(path)]


for root in roots:
    os.makedirs(root, exist_ok=True)
# What the loop needs has to be loaded before the library goes.
print("%r" % ("é".encode("utf-8"),), file=open("/dev/null", "w"))
known, number = look(), 0
print("ready with %d entries" % len(known), flush=True)
while True:
    touched, below = turn(known)
    now = look()
    if differences(known, now, touched, below):
        # Inode numbers are others on another host, and hard links are told by them: half of a look may be of the one.
        now = look()
    for path in differences(known, now, touched, below):
        print("MISMATCH %r was %r is %r" % (path, known.get(path), now.get(path)), flush=True)
        sys.exit(1)
    known, number = now, number + 1
    if len(contents) > 20_000:
        contents.clear()
    if number % 5 == 0:
        print("turn %d entries %d" % (number, len(known)), flush=True)
    time.sleep(0.002)
