"""A new file system for a host. What was deleted on an old one would count: ext4 gives no inode away that was freed in the last minutes, and looks
at all of them for each file that is made."""
import os
import subprocess
import tempfile

SIZE = 16 << 30  # bytes, of which the disk holds only what is written


class Disk:
    """An ext4 in a file, mounted in a host at a path as long as this context lasts. The others are to have its device, too, as hosts have theirs."""

    def __init__(self, host, path, *others):
        self._host, self._path, self._others = host, path, others

    def __enter__(self):
        handle, self._image = tempfile.mkstemp(prefix="docker-migrator-bench.", suffix=".img", dir="/var/tmp")
        self._device = None
        try:
            os.truncate(handle, SIZE)
            os.close(handle)
            # All of it written now, and nothing by a kernel thread later.
            _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", self._image)
            self._device = _run("losetup", "--find", "--show", self._image).strip()
            number = os.stat(self._device).st_rdev
            for host in (self._host, *self._others):
                host.shell('[ -e "$1" ] || mknod "$1" b "$2" "$3"', self._device, str(os.major(number)), str(os.minor(number)))
            self._host.shell('mkdir -p "$2"; mount -t ext4 "$1" "$2"', self._device, self._path)
        finally:
            # The kernel lets go of both with the last who uses them, whatever becomes of this program.
            if self._device:
                _run("losetup", "--detach", self._device)
            os.unlink(self._image)
        return self

    def __exit__(self, *_):
        self._host.on("umount", self._path)


def _run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=True, capture_output=True, text=True).stdout
