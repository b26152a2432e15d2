"""Hosts of the lab, and the traffic between two of them."""
import os
import subprocess

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAB = os.path.join(REPOSITORY, "lab", "lab")
# A lab of its own, so that tests or a demo may have theirs at the same time.
NAME = os.environ.setdefault("DOCKER_MIGRATOR_LAB", "bench")


class CommandFailed(Exception):
    """A command that had to work did not."""

    def __init__(self, command, result):
        # What it said last is told last.
        self.output = (result.stdout or "") + (result.stderr or "")
        super().__init__(f"{command}: {last_line(self.output) or f'status {result.returncode}'}")


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def lab(*arguments):
    result = subprocess.run([LAB, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode:
        raise CommandFailed(f"lab {' '.join(arguments)}", result)
    return result.stdout.strip()


def down():
    # In a session of its own, where no second Ctrl-C reaches it.
    for command in ("down", "leftovers"):
        subprocess.run([LAB, command], stdin=subprocess.DEVNULL, start_new_session=True)


class Host:
    """A running host."""

    def __init__(self, name):
        self.name = name
        self.ip = lab("ip", name)
        self.root = lab("root", name)

    def command(self, *command):
        return [LAB, "on", self.name, *command]

    def run(self, *command, timeout=None):
        """Result of a command, whatever it is."""
        return subprocess.run(self.command(*command), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=timeout)

    def on(self, *command, timeout=None):
        """Output of a command that has to work."""
        result = self.run(*command, timeout=timeout)
        if result.returncode:
            raise CommandFailed(f"{self.name}: {' '.join(' '.join(command).split())[:80]}…", result)
        return result.stdout.strip()

    def shell(self, script, *arguments, timeout=None):
        """Output of a bash script that has to work; arguments are $1 and so on."""
        return self.on("bash", "-euo", "pipefail", "-c", script, "bench", *arguments, timeout=timeout)

    def start(self, *command, **options):
        """A command that runs on; killing it kills it in the host, too."""
        return subprocess.Popen(self.command(*command), stdin=subprocess.DEVNULL, **options)

    def write(self, path, text, mode=0o644):
        path = self.root + path
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)


def bring_up(specs):
    """Hosts of the given kinds, as {"src": "trixie", …}; a host of another kind makes way."""
    lab("up", *(f"{name}:{kind}" for name, kind in specs.items()))
    return [Host(name) for name in specs]


def cgroup_file(controller, v1, v2, host=None):
    """(path, version) of a file of the cgroup that all of a host, or of the lab, is in; (None, 0) if there is none."""
    group = os.path.join("docker-migrator-lab", NAME, host.name if host else "")
    with open("/proc/self/mounts") as mounts:
        for _, path, kind, options, *_ in map(str.split, mounts):
            for version, wanted, file in ((1, kind == "cgroup" and controller in options.split(","), v1),
                                          (2, kind == "cgroup2", v2)):
                if wanted and os.path.exists(os.path.join(path, group, file)):
                    return os.path.join(path, group, file), version
    return None, 0


class Traffic:
    """Counts what two hosts send each other, and nothing else that passes their interfaces."""

    def __init__(self, host, peer):
        self.host = host
        host.shell("""
            nft delete table inet bench 2>/dev/null || true
            nft -f - <<END
            table inet bench {
                counter sent {}
                counter received {}
                chain out { type filter hook output priority -400; ip daddr $1 counter name sent; }
                chain in { type filter hook input priority -400; ip saddr $1 counter name received; }
            }
END""", peer.ip)

    def bytes(self):
        listing = self.host.on("nft", "list", "counters", "table", "inet", "bench").split()
        return sum(int(listing[at + 1]) for at, word in enumerate(listing) if word == "bytes")
