"""What bench/files moves: trees made in the source host, and what changes in them before the last pass."""
from dataclasses import dataclass

# 100,000 files in 1,000 directories, of 0 to 8 KiB that no compression would make smaller.
SMALL = """
import os, random
random.seed(1)
noise = os.urandom(1 << 20)
for d in range(1000):
    directory = f"{root}/{d // 100}/{d}"
    os.makedirs(directory)
    for f in range(100):
        with open(f"{directory}/{f}", "wb") as file:
            size, at = random.randrange(8192), random.randrange(1 << 19)
            file.write(noise[at:at + size])
"""

CHANGE_FILES = """
import os, random
random.seed(turn)
for n in random.sample(range(100000), 100):
    with open(f"{root}/{n // 10000}/{n // 100}/{n % 100}", "wb") as file:
        file.write(os.urandom(random.randrange(1, 8192)))
"""

ONE_FILE = """
import os
with open(f"{root}/file", "wb") as file:
    for _ in range(mebibytes):
        file.write(os.urandom(1 << 20))
"""

# 1 MiB in 256 places.
CHANGE_BLOCKS = """
import os, random
random.seed(turn)
with open(f"{root}/file", "r+b") as file:
    for at in random.sample(range(1 << 18), 256):
        file.seek(at * 4096)
        file.write(os.urandom(4096))
"""

MILLION = """
import os
for d in range(1000):
    os.makedirs(f"{root}/{d // 50}/directory-{d}")
    for f in range(1000):
        with open(f"{root}/{d // 50}/directory-{d}/some-file-{f}.txt", "wb"):
            pass
"""


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    make: str  # Python; `root` is the tree
    change: str | None = None  # Python; `turn` differs each time
    has_many: bool = False  # files


ALL = [
    Workload("small", "100,000 small files; then 100 of them changed", SMALL, CHANGE_FILES, has_many=True),
    Workload("large", "one file of 2 GiB", "mebibytes = 2048" + ONE_FILE),
    Workload("blocks", "one file of 1 GiB, of which 1 MiB changed in 256 places", "mebibytes = 1024" + ONE_FILE, CHANGE_BLOCKS),
]

MILLION_FILES = Workload("million", "1,000,000 files", MILLION, has_many=True)
