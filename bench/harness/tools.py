"""Who moves containers. Each tool starts the same container its own way and moves it from source to target."""
import json
import re
import time

from .lab import CommandFailed, last_line

CONTAINER = "app"
TIMEOUT = 900


class Unavailable(Exception):
    """This tool cannot run here at all, and why."""


class MoveFailed(Exception):
    """It tried, and this is what it said."""


PLAIN = ("m1", "m2")  # stock hosts


class Tool:
    hosts, kind = PLAIN, "trixie"  # source and target, and what lab hosts these are
    quick = False  # enough to move what is long to move in every run
    only = None  # names of the workloads that it moves; all of them
    engine = "docker"
    image_prefix = "lab/"

    def __init__(self, name, title):
        self.name, self.title = name, title

    def prepare(self, hosts, images):
        """Once, after the hosts came up and have the images."""

    def version(self, host):
        return host.on("docker", "--version")

    def start(self, workload, source, target):
        source.on(self.engine, "run", "-d", "--name", CONTAINER, *workload.options,
                  self.image_prefix + workload.image, *workload.command)

    def logs(self, host):
        return host.run(self.engine, "logs", CONTAINER).stdout

    def resident(self, host):
        """Bytes of its own that the container's process has in memory."""
        return 1024 * int(host.shell("""
            pid=$("$1" inspect -f '{{.State.Pid}}' "$2")
            awk '$1 == "RssAnon:" { print $2 }' /proc/$pid/status""", self.engine, CONTAINER))

    def move(self, source, target):
        """Moves it, and returns what the tool itself reports, if it does."""
        raise NotImplementedError

    def clean(self, hosts):
        for host in hosts:
            host.run("bash", "-c", f"""
                containers=$({self.engine} ps -aq 2>/dev/null)
                [ -z "$containers" ] || {self.engine} rm -fv $containers""")

    def why(self, host, failure):
        """The sentence that tells most about a failure: CRIU's own (but for a harmless one), if it wrote any."""
        said = last_line(failure.output)
        found = host.run("bash", "-c", """
            logs=$(find /run/containerd /var/lib/containers/storage/overlay-containers -name '*dump.log' -o -name '*restore.log' 2>/dev/null)
            [ -z "$logs" ] || grep -h 'Error (' $(ls -tr $logs | tail -n 1) |
                grep -v 'RLIMIT_NOFILE for self' | head -n 1""").stdout.strip()
        return re.sub(r"^\(\d+\.\d+\)\s*(\d+:\s*)?", "", found) or re.sub(r"^Error[^:]*:\s*", "", said)


class DockerMigrator(Tool):
    quick = True

    def __init__(self, name, title, *options, only=None):
        super().__init__(name, title)
        self._options, self.only = options, only

    def prepare(self, hosts, images):
        known = hosts[0].run("docker-migrator", "migrate", "--help").stdout
        if not known:
            raise Unavailable("docker-migrator has not been built (./build.sh)")
        for option in self._options:
            if option.startswith("--") and option not in known:
                raise Unavailable(f"this build has no option {option}")

    def version(self, host):
        return host.on("docker-migrator", "--version")

    def move(self, source, target):
        result = source.run("docker-migrator", "migrate", "--json", *self._options, CONTAINER, target.name, timeout=TIMEOUT)
        try:
            report = json.loads(result.stdout)
        except ValueError:
            report = None
        if result.returncode:
            raise MoveFailed(report and report.get("error") or last_line(result.stderr) or f"status {result.returncode}")
        return report


class DockerCheckpoint(Tool):
    """What Docker itself has to offer: an experimental feature, which needs its directories copied by hand."""

    hosts = ("c1", "c2")

    def prepare(self, hosts, images):
        for host in hosts:
            host.shell("""
                file=/etc/docker/daemon.json
                [ -s $file ] || echo '{}' >$file
                jq '.experimental = true' $file >/tmp/daemon.json
                cat /tmp/daemon.json >$file
                lab-docker restart""")

    def start(self, workload, source, target):
        # In advance, so that creating it is not part of the downtime.
        target.on("docker", "create", "--name", CONTAINER, *workload.options,
                  self.image_prefix + workload.image, *workload.command)
        super().start(workload, source, target)

    def move(self, source, target):
        try:
            source.on("docker", "checkpoint", "create", CONTAINER, "cp", timeout=TIMEOUT)
        except CommandFailed as failure:
            raise MoveFailed(f"checkpoint: {self.why(source, failure)}") from failure
        try:
            source.shell("""
                of() { echo "/var/lib/docker/containers/$1/checkpoints"; }
                here=$(of "$(docker inspect -f '{{.Id}}' "$1")")
                there=$(of "$(ssh "$2" docker inspect -f '{{.Id}}' "$1")")
                tar -C "$here" -c cp | ssh "$2" "mkdir -p $there && tar -C $there -x"
                """, CONTAINER, target.name, timeout=TIMEOUT)
        except CommandFailed as failure:
            raise MoveFailed(f"copy: {last_line(failure.output)}") from failure
        # It races with containerd's garbage collection; whoever uses it tries again.
        for attempt in range(3):
            try:
                target.on("docker", "start", "--checkpoint", "cp", CONTAINER, timeout=TIMEOUT)
                return {"attempts": attempt + 1}
            except CommandFailed as failure:
                if "already exists" not in failure.output or attempt == 2:
                    raise MoveFailed(f"restore: {self.why(target, failure)}") from failure
                time.sleep(0.5)


class Podman(Tool):
    hosts, kind = ("p1", "p2"), "trixie-podman"
    engine = "podman"
    image_prefix = "localhost/lab/"
    archive = "/var/lib/containers/checkpoint.tar"

    def prepare(self, hosts, images):
        for host in hosts:
            # The lab's image is in Docker; Docker's packet filter would keep Podman's published ports shut.
            for image in images:
                host.shell("""
                    loaded=$(docker save "lab/$1" | podman load -q)
                    podman tag "${loaded##*: }" localhost/lab/$1""", image)
            host.shell("lab-docker stop; iptables -P FORWARD ACCEPT")

    def version(self, host):
        return host.on("podman", "--version")

    def start(self, workload, source, target):
        source.on("podman", "run", "-d", "--name", CONTAINER, "--log-driver", "k8s-file", *workload.options,
                  self.image_prefix + workload.image, *workload.command)

    def move(self, source, target):
        # Uncompressed: compressing what cannot be compressed would only make it slower.
        for what, host, command in [
            ("checkpoint", source, ["podman", "container", "checkpoint", "--tcp-established", "--compress", "none",
                                    "--export", self.archive, CONTAINER]),
            ("copy", source, ["scp", "-q", self.archive, f"{target.name}:{self.archive}"]),
            ("restore", target, ["podman", "container", "restore", "--tcp-established", "--import", self.archive]),
        ]:
            try:
                host.on(*command, timeout=TIMEOUT)
            except CommandFailed as failure:
                raise MoveFailed(f"{what}: {self.why(host, failure)}") from failure

    def clean(self, hosts):
        super().clean(hosts)
        for host in hosts:
            host.run("rm", "-f", self.archive)


ALL = [
    DockerMigrator("docker-migrator", "docker-migrator"),
    DockerMigrator("stop-and-copy", "docker-migrator, stop and copy", "--strategy", "stop-and-copy"),
    DockerMigrator("one-connection", "docker-migrator, one connection", "--connections", "1", only=["mem-1g"]),
    Podman("podman", "Podman checkpoint, copy, restore"),
    DockerCheckpoint("docker-checkpoint", "docker checkpoint, copy, start"),
]
