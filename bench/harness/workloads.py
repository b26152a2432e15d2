"""What is moved. A workload knows how to start, how to warm up, and how long it stood still."""

from .memhog import Memhog
from .redis import Redis

ALL = [
    Memhog("idle-8m", 8, 0, "8 MiB, idle"),
    Memhog("mem-64m", 64, 5, "64 MiB, 5 MB/s"),
    Memhog("mem-64m-hot", 64, 100, "64 MiB, 100 MB/s"),
    Memhog("mem-1g", 1024, 50, "1 GiB, 50 MB/s"),
    Memhog("mem-4g", 4096, 100, "4 GiB, 100 MB/s", long=True),
    Redis("redis-1g", 1024, "Redis, 1 GiB, with its clients on a CPU of their own", has_own_cpu=True),
    Redis("redis-1g-all", 1024, "Redis, 1 GiB, with its clients on all CPUs"),
]
QUICK = ["idle-8m", "mem-64m"]
