"""What nothing can be faster than: runc alone, and the link between the hosts alone."""
import json
import os
import statistics
import subprocess
import tempfile

from . import lab

REPEATS = 5

# An idle container of busybox in namespaces of its own, as runc makes it, on one host.
# Not `sleep`: a restored sleep ends at once.
RUNC = """
    mkdir -p /var/lib/docker/bench/rootfs
    cd /var/lib/docker/bench
    docker export "$(docker create lab/busybox)" | tar -C rootfs -x
    runc spec
    jq '.process.terminal = false | .process.args = ["tail", "-f", "/dev/null"]' config.json >new
    mv new config.json
    runc run -d bench-empty </dev/null >/dev/null 2>&1
    sleep 0.5
    for i in $(seq 0 "$1"); do
        a=${EPOCHREALTIME/./}
        runc checkpoint --image-path img --work-path work bench-empty
        b=${EPOCHREALTIME/./}
        runc restore -d --image-path img --work-path work bench-empty </dev/null >/dev/null 2>&1
        c=${EPOCHREALTIME/./}
        echo "$((b - a)) $((c - b))"
        rm -rf img
        sleep 0.3
    done
    runc delete -f bench-empty
    cd /
    rm -rf /var/lib/docker/bench"""


def runc(host):
    """Milliseconds of checkpoint and restore of an empty container, the median of some."""
    lines = host.shell(RUNC, str(REPEATS), timeout=120).splitlines()[1:]  # the first one warms up
    pairs = [tuple(int(word) / 1000 for word in line.split()) for line in lines]
    return {
        "version": host.on("runc", "--version").splitlines()[0],
        "checkpoint_ms": round(statistics.median(pair[0] for pair in pairs), 1),
        "restore_ms": round(statistics.median(pair[1] for pair in pairs), 1),
        "together_ms": round(statistics.median(sum(pair) for pair in pairs), 1),
        "each_ms": [[round(part, 1) for part in pair] for pair in pairs],
    }


def links(source, target):
    """MB/s from one host to the other over one connection, by kind; the best of three, as others can only disturb."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "link.py")) as file:
        script = file.read()
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=bench", "-keyout", f"{directory}/key", "-out", f"{directory}/cert"],
                       check=True, capture_output=True)
        with open(f"{directory}/cert") as cert, open(f"{directory}/key") as key:
            certificate = cert.read() + key.read()
    for host in (source, target):
        host.write("/tmp/link.py", script)
        host.write("/tmp/link.pem", certificate, 0o600)
    return {kind: max(_link(source, target, kind) for _ in range(3)) for kind in ("tcp", "tls")} | {
        "ssh": max(_ssh(source, target) for _ in range(3))}


def _link(source, target, kind):
    server = target.start("python3", "/tmp/link.py", "serve", kind, stdout=subprocess.PIPE, text=True)
    try:
        server.stdout.readline()  # it listens
        return json.loads(source.on("python3", "/tmp/link.py", "send", kind, target.ip, timeout=60))["mb_per_s"]
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def _ssh(source, target):
    mib = 1024
    microseconds = int(source.shell("""
        a=${EPOCHREALTIME/./}
        head -c "$2M" /dev/zero | ssh "$1" 'cat >/dev/null'
        echo $((${EPOCHREALTIME/./} - a))""", target.name, str(mib), timeout=120))
    return round(mib * 1.048576 / (microseconds / 1e6))
