"""Where the figures come from: said with them, so that they can be judged."""
import hashlib
import os
import platform
import shutil
import subprocess

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


def load():
    """Processes that wanted to run, on average over the last minute: more than there are CPUs, and figures are noisy."""
    return round(os.getloadavg()[0], 1)


def need(**packages):
    """Installs the packages of commands that are missing, as the lab does."""
    missing = [package for command, package in packages.items() if not shutil.which(command)]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
