"""Where the figures come from: said with them, so that they can be judged."""
import hashlib
import mmap
import os
import platform
import shutil
import subprocess
import time

from . import lab
from .lab import REPOSITORY


def facts():
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) * 1024
    return {"cpus": os.cpu_count(), "memory_bytes": memory, "kernel": platform.release(), "architecture": platform.machine()}


def product():
    """The commit, and the executable that was measured, which may be older."""
    commit = subprocess.run(["git", "-C", REPOSITORY, "describe", "--always", "--dirty"], capture_output=True, text=True)
    directory = os.environ.get("DOCKER_MIGRATOR_BIN") or os.path.join(REPOSITORY, "artifacts", "bin")
    executable = os.path.join(directory, "docker-migrator")
    digest = None
    if os.path.exists(executable):
        with open(executable, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    return {"commit": commit.stdout.strip() or None, "executable_sha256": digest}


class Others:
    """What everything but the lab and this program does with the CPUs: the noise that figures have."""

    def __init__(self):
        self._began, self._used = time.monotonic(), _others_seconds()

    def cpus(self):
        """How many CPUs they took, on average since this object was made."""
        return round(max(0, _others_seconds() - self._used) / (time.monotonic() - self._began), 2)


def _others_seconds():
    with open("/proc/stat") as file:
        user, nice, system, _idle, _waiting, *interrupts = map(int, file.readline().split()[1:9])
    busy = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
    own = os.times()
    return busy - own.user - own.system - lab_seconds()


def lab_seconds():
    """Processor time that all hosts of the lab have used."""
    path, version = lab.cgroup_file("cpuacct", "cpuacct.usage", "cpu.stat")
    if not path:
        return 0
    with open(path) as file:
        words = file.read().split()
    return int(words[0]) / 1e9 if version == 1 else int(words[words.index("usage_usec") + 1]) / 1e6


def wait_for_rest(seconds):
    """Waits, not longer than that, until others leave the CPUs alone."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        others = Others()
        time.sleep(2)
        if others.cpus() < 0.3:
            return


def warm(bytes_):
    """Has as much free memory at hand: what a hypervisor has taken back is some times slower at the first touch, and which tool gets it is chance."""
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file if line.startswith("MemFree:")) * 1024
    bytes_ = min(bytes_, free - (1 << 30))
    if bytes_ > 0:
        mmap.mmap(-1, bytes_, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE).close()


def need(**packages):
    """Installs the packages of commands that are missing, as the lab does."""
    missing = [package for command, package in packages.items() if not shutil.which(command)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
