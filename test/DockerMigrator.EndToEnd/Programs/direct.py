# Has a file open for direct input, and 64 MiB of memory that it verifies over and over.
import mmap, os, signal, sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
fd = os.open("/direct", os.O_RDWR | os.O_CREAT | os.O_DIRECT)
memory = mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
page = os.urandom(4088)
count = len(memory) // 4096
for number in range(count):
    memory[number * 4096:(number + 1) * 4096] = number.to_bytes(8, "little") + page
rounds = 0
while True:
    for number in range(count):
        if memory[number * 4096:(number + 1) * 4096] != number.to_bytes(8, "little") + page:
            print(f"MISMATCH page {number}", flush=True)
    rounds += 1
    print(f"VERIFIED {rounds}", flush=True)
