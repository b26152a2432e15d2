"""Redis under redis-benchmark, and a client that asks both hosts without pause."""
import os
import re
import socket
import statistics
import subprocess
import threading
import time

from .cpus import OwnCpu
from .lab import Host
from .memhog import NotMoved

PORT = 6379
VALUE = 1000  # bytes; with Redis's header this just fits jemalloc's class of 1024
CLIENTS = 50  # as many as redis-benchmark has by itself
CALM = 4  # seconds of load before the move, to compare with


class Redis:
    image = "redis"
    long = False
    options = ["-p", f"{PORT}:{PORT}"]
    # No snapshots: they would be a load of their own, at times of their own.
    command = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data", "--save", ""]

    def __init__(self, name, mib, title, has_own_cpu=False):
        self.name, self.mib, self.title = name, mib, title
        self._keys = (mib << 20) // 1120  # what a key of that size takes in all
        self._has_own_cpu = has_own_cpu
        if has_own_cpu:
            self.options = [*self.options, "--cpuset-cpus", str(OwnCpu.NUMBER)]

    def begin(self, engine, source, target):
        _wait_for(source.ip)
        _fill(source.ip, self._keys)
        own_cpu = OwnCpu((source, target)) if self._has_own_cpu else None
        try:
            watch = _Watch(source, target, self._keys, own_cpu)
        except BaseException:
            if own_cpu:
                own_cpu.release()
            raise
        time.sleep(1 + CALM)
        if not watch.load.rates:
            watch.stop()
            raise NotMoved("redis-benchmark gets no answers")
        watch.mark()
        return watch


def _connect(ip, patience):
    connection = socket.create_connection((ip, PORT), timeout=patience)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _wait_for(ip):
    deadline = time.monotonic() + 20
    while True:
        try:
            with _connect(ip, 1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(100).startswith(b"+PONG"):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise NotMoved("Redis did not start")
        time.sleep(0.1)


def _fill(ip, keys):
    """Random values, as others would be compressed on the way."""
    with _connect(ip, 30) as connection:
        answers = connection.makefile("rb")
        for first in range(0, keys, 1000):
            values = os.urandom(VALUE * 1000)
            batch = range(first, min(first + 1000, keys))
            # The names are those that redis-benchmark writes to.
            connection.sendall(b"".join(b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$%d\r\n%s\r\n" %
                                        (key, VALUE, values[at * VALUE:(at + 1) * VALUE]) for at, key in enumerate(batch)))
            for _ in batch:
                if not answers.readline().startswith(b"+OK"):
                    raise NotMoved("Redis did not take the data")


class _Load:
    """redis-benchmark; tells its rate four times a second."""

    def __init__(self, ip, keys, prefix):
        self.rates = []  # (time, requests a second)
        self._process = Host("client").start(
            *prefix, "redis-benchmark", "-h", ip, "-p", str(PORT), "-t", "set", "-c", str(CLIENTS), "-n", "1000000000",
            "-r", str(keys), "-d", str(VALUE), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        rest = b""
        while chunk := os.read(self._process.stdout.fileno(), 65536):
            *parts, rest = re.split(rb"[\r\n]", rest + chunk)
            for part in parts:
                if found := re.search(rb"rps=([0-9.]+)", part):
                    self.rates.append((time.monotonic(), float(found[1])))

    def mean(self, since, until):
        rates = [rate for at, rate in self.rates if since <= at <= until]
        return statistics.fmean(rates) if rates else None

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._thread.join(5)
        self._process.stdout.close()


class _Probe:
    """A client of one host: increments a number as long as it gets answers, and connects anew if it gets none."""

    def __init__(self, ip):
        self.answered = []  # (time, value)
        self._ip = ip
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._thread.start()

    def _loop(self):
        while not self._stop.is_set():
            try:
                with _connect(self._ip, 0.05) as connection:
                    connection.settimeout(1)
                    answers = connection.makefile("rb")
                    while not self._stop.is_set():
                        connection.sendall(b"INCR probe\r\n")
                        answer = answers.readline()
                        if not answer.startswith(b":"):
                            break
                        self.answered.append((time.monotonic(), int(answer[1:])))
                        time.sleep(0.002)
            except OSError:
                pass
            time.sleep(0.002)

    def stop(self):
        self._stop.set()
        self._thread.join(5)


class _Watch:
    def __init__(self, source, target, keys, own_cpu):
        self._own_cpu = own_cpu
        self._probes = [_Probe(source.ip), _Probe(target.ip)]
        self.load = _Load(source.ip, keys, own_cpu.prefix if own_cpu else [])

    def mark(self):
        self._started = time.monotonic()

    def end(self):
        at_source, at_target = (probe.answered for probe in self._probes)
        deadline = time.monotonic() + 30
        while len(at_target) < 300:
            if time.monotonic() > deadline:
                raise NotMoved("no answers come from the target")
            time.sleep(0.1)
        (last, value), (first, value_then) = at_source[-1], at_target[0]
        if value_then < value:
            raise NotMoved(f"an increment was lost: {value}, then {value_then}")
        usual = statistics.median(b[0] - a[0] for a, b in zip(at_source, at_source[1:]))
        before = self.load.mean(self._started - CALM, self._started)
        during = self.load.mean(self._started, last)
        return {
            "downtime_ms": round((first - last - usual) * 1000, 1),
            "operations_before": before and round(before),
            "operations_during": during and round(during),
            # Seconds from the begin of the move, requests a second.
            "operations": [[round(at - self._started, 2), round(rate)] for at, rate in self.load.rates],
        }

    def stop(self):
        self.load.stop()
        for probe in self._probes:
            probe.stop()
        if self._own_cpu:
            self._own_cpu.release()
