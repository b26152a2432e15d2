"""Memory that a move takes on each host, watched from the machine."""
import os
import threading

from . import lab

PERIOD = 0.1
# Whose peaks are told one by one.
WATCHED = {"docker-migrator", "criu", "runc", "crun", "dockerd", "containerd", "containerd-shim", "podman", "conmon",
           "docker", "tar", "ssh", "sshd", "scp"}


class Sampler:
    """Samples until it is stopped. Use as `with Sampler(hosts) as sampler`."""

    def __init__(self, hosts):
        self._groups = {host.name: lab.cgroup_file("memory", "memory.stat", "memory.stat", host) for host in hosts}
        self._marks = {f"/docker-migrator-lab/{lab.NAME}/{host.name}": host.name for host in hosts}
        self._before = {name: self._used(name) for name in self._groups}
        self._peak = dict(self._before)
        self._homes = {}  # process -> host, found out once
        self.high_water = {name: {} for name in self._groups}  # host -> program -> bytes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def growth(self, host):
        """Bytes of unreclaimable memory that the host had at most over what it had at first; None if not known."""
        before = self._before[host.name]
        return None if before is None else self._peak[host.name] - before

    # Files in the page cache do not count, as the kernel takes that memory back when it needs it. tmpfs does.
    def _used(self, name):
        file, version = self._groups[name]
        if not file:
            return None
        keys = ("total_rss", "total_shmem") if version == 1 else ("anon", "shmem")
        with open(file) as lines:
            return sum(int(value) for key, value in map(str.split, lines) if key in keys)

    def _loop(self):
        while not self._stop.wait(PERIOD):
            for name in self._groups:
                used = self._used(name)
                if used is not None:
                    self._peak[name] = max(self._peak[name], used)
            self._look_at_processes()

    def _look_at_processes(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if pid not in self._homes:
                    with open(f"/proc/{pid}/cgroup") as file:
                        groups = file.read()
                    self._homes[pid] = next((host for mark, host in self._marks.items()
                                             if f"{mark}/" in groups or f"{mark}\n" in groups), None)
                host = self._homes[pid]
                if not host:
                    continue
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    program = os.path.basename(file.read().split(b"\0")[0].decode(errors="replace")).split(":")[0]
                if program not in WATCHED:
                    continue
                with open(f"/proc/{pid}/status") as file:
                    status = dict(line.split(":", 1) for line in file if ":" in line)
                bytes_ = int(status.get("VmHWM", "0").split()[0]) * 1024
            except (OSError, ValueError):
                self._homes.pop(pid, None)  # it has ended
                continue
            self.high_water[host][program] = max(self.high_water[host].get(program, 0), bytes_)
