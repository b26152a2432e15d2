"""Who sends trees: the project's engine and rsync, both from host to host over plain TCP, which costs neither of them anything."""
import json
import os
import subprocess
import time

from .lab import CommandFailed

ROOT = "/var/lib/docker/bench-files"  # a real disk in the lab's hosts
SOURCE = f"{ROOT}/source"
TARGET = f"{ROOT}/target"
PORT = 47012


class Sync:
    said = None

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.path = f"{TARGET}/{self.name}"
        target.shell('rm -rf "$1"; mkdir -p "$1"', self.path)

    def first(self):
        """The first pass. Its seconds."""
        raise NotImplementedError

    def last(self):
        """A pass over what changed since. Its seconds."""
        raise NotImplementedError

    def end(self):
        """Leaves nothing running."""


class Engine(Sync):
    name, title = "docker-migrator", "docker-migrator's engine"
    _sender = None
    peaks = None  # KiB of the sender and the receiver at most, when it has ended

    def first(self):
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "files-link.py")) as file:
            script = file.read()
        for host in (self.source, self.target):
            host.write("/tmp/files-link.py", script)
        self._receiver = self.target.start("python3", "/tmp/files-link.py", "receive", str(PORT), "docker-migrator", "tree-receive", self.path,
                                           "--link", "3", stdout=subprocess.PIPE, text=True)
        self._receiver.stdout.readline()  # it listens
        self._sender = subprocess.Popen(
            self.source.command("python3", "/tmp/files-link.py", "send", self.target.ip, str(PORT), "docker-migrator", "tree-send", SOURCE, "--link", "3"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)  # both have started
        return self._pass("live")

    def last(self):
        return self._pass("final")

    def end(self):
        if not self._sender:
            return
        self._sender.stdin.close()
        self._sender.stdin = None
        try:
            said = [process.communicate(timeout=60)[0] for process in (self._sender, self._receiver)]
            self.peaks = [json.loads(words.splitlines()[-1])["peak_kib"] for words in said if words]
        finally:
            self._sender.kill()
            self._receiver.kill()

    def _pass(self, kind):
        self._sender.stdin.write(kind + "\n")
        self._sender.stdin.flush()
        answer = self._sender.stdout.readline()
        if not answer:
            raise CommandFailed("tree-send", subprocess.CompletedProcess([], 1, "", "it ended in a pass"))
        self.said = json.loads(answer)
        return self.said["seconds"]


class Rsync(Sync):
    name, title = "rsync", "rsync -aHAX --numeric-ids --delete --inplace"

    def __init__(self, source, target):
        super().__init__(source, target)
        target.write("/tmp/rsyncd.conf", f"use chroot = no\nuid = root\ngid = root\n[to]\npath = {self.path}\nread only = no\n")
        self._daemon = target.start("rsync", "--daemon", "--no-detach", "--config=/tmp/rsyncd.conf", f"--port={PORT + 1}")
        source.shell('until rsync "rsync://$1:$2/" >/dev/null 2>&1; do sleep 0.1; done', target.ip, str(PORT + 1), timeout=30)

    def first(self):
        return int(self.source.shell("""
            a=${EPOCHREALTIME/./}
            rsync -aHAX --numeric-ids --delete --inplace "$1/" "rsync://$2:$3/to/"
            echo $((${EPOCHREALTIME/./} - a))""", SOURCE, self.target.ip, str(PORT + 1))) / 1e6

    last = first

    def end(self):
        self._daemon.terminate()
        self._daemon.wait(timeout=60)


ALL = [Engine, Rsync]
