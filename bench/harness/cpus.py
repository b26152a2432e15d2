"""One CPU for the application and its clients, the others for all else that hosts do."""
import os

from .memhog import NotMoved


class OwnCpu:
    """Keeps everything that runs on the hosts now, and what this program and they start from now on, away from one CPU."""

    NUMBER = 0
    # For commands that belong there. They do not preempt: a client that preempts the application for each answer, or does not, which can change
    # from one second to the next with how fast either is, halves or doubles what both get done.
    prefix = ["chrt", "--batch", "0", "taskset", "-c", str(NUMBER)]

    def __init__(self, hosts):
        self._hosts = hosts
        self._all = os.sched_getaffinity(0)
        others = self._all - {self.NUMBER}
        if not others or self.NUMBER not in self._all:
            raise NotMoved("there is no CPU to spare")
        self._allow(others)

    def release(self):
        self._allow(self._all)

    def _allow(self, cpus):
        # This thread's commands and threads inherit it, those that run already do not change.
        os.sched_setaffinity(0, cpus)
        for host in self._hosts:
            # Containers that have been given CPUs refuse, and some processes end meanwhile.
            host.shell("""
                for process in /proc/[0-9]*; do taskset -acp "$1" "${process#/proc/}" >/dev/null 2>&1 || true; done
                """, ",".join(map(str, sorted(cpus))))
