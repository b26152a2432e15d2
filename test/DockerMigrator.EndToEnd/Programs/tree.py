# Makes a directory with every kind of file that a tree can hold: argument 1. Then changes files in
# its subdirectory "hot" until it finds itself on another host, and says what it touched last.
import os, random, socket, sys, time

root = os.fsencode(sys.argv[1])
dice = random.Random(sys.argv[1])
stamp = 1_500_000_000_123_456_789


def path(*names):
    return os.path.join(root, *names)


def write(name, data=b"", mode=0o644):
    with open(path(name), "wb") as file:
        file.write(data)
    os.chmod(path(name), mode)


os.makedirs(path(b"deep", *[b"d%d" % i for i in range(30)]), exist_ok=True)
os.makedirs(path(b"many"))
for i in range(1500):
    write(b"many/%04d" % i, dice.randbytes(dice.randrange(3000)))
for i, name in enumerate([b"\xff\xfe not utf-8 \x80", "ünïcode ☃".encode(), b"new\nline", b" blanks ", b"-rf", b"*", b"x" * 255, b"\x01\x7f"]):
    write(name, name)
    os.mkdir(path(b"many", name))
write(b"empty")
write(b"setuid", b"x", 0o4755)
write(b"setgid", b"x", 0o2755)
write(b"nobody may", b"x", 0o000)
os.mkdir(path(b"sticky"))
os.chmod(path(b"sticky"), 0o1777)
write(b"large", dice.randbytes(5_000_000))
for name, extents in (b"sparse", [(1 << 30, b"middle")]), (b"holes", [(0, b"a" * 8192), (1 << 20, b"b" * 4096), (3 << 20, b"c")]):
    with open(path(name), "wb") as file:
        for offset, data in extents:
            file.seek(offset)
            file.write(data)
        file.truncate(2 << 30 if name == b"sparse" else 4 << 20)
for i, (user, group) in enumerate([(1, 2), (65534, 65534), (4_000_000_000, 4_000_000_001)]):
    write(b"owned%d" % i, b"x")
    os.chown(path(b"owned%d" % i), user, group)
os.mkfifo(path(b"fifo"), 0o640)
os.mknod(path(b"null"), 0o020666, os.makedev(1, 3))
os.mknod(path(b"loop"), 0o060660, os.makedev(7, 200))
listener = socket.socket(socket.AF_UNIX)
listener.bind(path(b"socket"))
listener.close()
os.link(path(b"large"), path(b"large again"))
os.link(path(b"large"), path(b"deep/d0/large too"))
os.link(path(b"fifo"), path(b"fifo again"))
os.symlink(b"nowhere/\xff", path(b"dangling"))
os.symlink(b"/etc/passwd", path(b"absolute"))
os.lchown(path(b"absolute"), 5, 6)
os.link(path(b"dangling"), path(b"dangling again"), follow_symlinks=False)
os.setxattr(path(b"large"), b"user.binary", bytes(range(256)))
os.setxattr(path(b"many"), b"user.empty", b"")
os.setxattr(path(b"many"), b"user.\xff", b"x")
write(b"capable", b"x", 0o755)
os.setxattr(path(b"capable"), b"security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
for name in b"many/0001", b"sticky", b"dangling", b"fifo", b"null", b"deep/d0", b"sparse":
    os.utime(path(name), ns=(stamp, stamp + 1), follow_symlinks=False)
os.utime(path(b"empty"), ns=(-5, -3_000_000_001))
if sys.argv[2:] == ["image"]:
    # Of what the image has: a file removed, one changed, one replaced by a directory, directories removed, emptied and replaced.
    import shutil
    version = "/usr/lib/python%d.%d" % sys.version_info[:2]
    os.remove(version + "/this.py")
    os.chmod(version + "/antigravity.py", 0o600)
    os.remove(version + "/cmd.py"), os.mkdir(version + "/cmd.py"), open(version + "/cmd.py/inside", "w").close()
    shutil.rmtree(version + "/venv")
    shutil.rmtree(version + "/wsgiref"), os.mkdir(version + "/wsgiref"), open(version + "/wsgiref/new", "w").close()
    shutil.rmtree(version + "/curses"), open(version + "/curses", "w").close()
    os.rename(version + "/colorsys.py", version + "/coloursys.py")


def system():
    # The file on the host that is mounted here has the container's ID in its path, and that is another one after a move.
    with open("/proc/self/mountinfo") as mounts:
        return next(line.split()[3] for line in mounts if line.split()[4] == "/etc/hostname")


os.mkdir(path(b"hot"))
os.mkdir(path(b"linked"))
for i in range(50):
    write(b"linked/%02d" % i, b"linked")
here, turn = system(), 0
print("ready", flush=True)
while system() == here:
    turn += 1
    time.sleep(0.001)
    last = path(b"hot", b"%d" % dice.randrange(300))
    action = dice.randrange(6)
    if action == 0 and os.path.lexists(last):
        os.remove(last)
    elif action == 1 and not os.path.lexists(last):
        os.symlink(b"%d" % turn, last)
    elif action == 2 and not os.path.lexists(last):
        os.link(path(b"linked", b"%02d" % dice.randrange(50)), last)
    elif not os.path.islink(last):
        with open(last, "ab") as file:
            file.write(dice.randbytes(dice.randrange(5000)))
print(turn, os.path.relpath(last, root).decode(), flush=True)
while True:
    time.sleep(1)
