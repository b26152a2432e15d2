# A parent with threads and child processes, all of which check their own state at every step.
# Prints 0, 1, 2 …, a number a step that was right everywhere; else says what was wrong and ends.
import hashlib, mmap, os, random, signal, socket, struct, sys, threading, time

STEP = 0.01
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def wrong(what):
    print("WRONG:", what, flush=True)
    os._exit(1)


class Memory:
    """Two megabytes that change at every step, with the checksum they must have."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.data = bytearray(self.random.randbytes(2 << 20))
        self.sums = [hashlib.blake2b(self.page(i)).digest() for i in range(len(self.data) >> 12)]

    def page(self, i):
        return self.data[i << 12 : (i + 1) << 12]

    def step(self):
        i = self.random.randrange(len(self.sums))
        if hashlib.blake2b(self.page(i)).digest() != self.sums[i]:
            wrong(f"page {i} of process {os.getpid()}")
        self.data[i << 12 : (i + 1) << 12] = self.random.randbytes(4096)
        self.sums[i] = hashlib.blake2b(self.page(i)).digest()


# Children answer every number over a socket with the number of their step, and count in shared memory.
shared = mmap.mmap(-1, 4096)
children = []
for n in range(3):
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        memory, count, pipe = Memory(n), 0, os.pipe()
        while True:
            asked = theirs.recv(8)
            if not asked:
                os._exit(0)
            os.write(pipe[1], asked)  # through the pipe of this process
            if os.read(pipe[0], 8) != asked or struct.unpack("q", asked)[0] != count:
                wrong(f"child {n} was asked {asked} at step {count}")
            memory.step()
            count += 1
            struct.pack_into("q", shared, n * 8, count)
            theirs.send(struct.pack("q", count))
    theirs.close()
    children.append((pid, ours))

# Threads move amounts between accounts: the sum stays.
accounts, lock, turns = [1000] * 8, threading.Lock(), [0] * 4


def move(n):
    dice = random.Random(n)
    while True:
        a, b = dice.sample(range(8), 2)
        with lock:
            amount = dice.randrange(10)
            accounts[a] -= amount
            accounts[b] += amount
            turns[n] += 1
        time.sleep(0.002)


for n in range(4):
    threading.Thread(target=move, args=(n,), daemon=True).start()

# A file that is open all the time, deleted, and rewritten at every step.
file = open("/tmp/deleted", "w+b", buffering=0)
os.unlink("/tmp/deleted")
memory, step, before = Memory("parent"), 0, list(turns)
while True:
    memory.step()
    for n, (pid, connection) in enumerate(children):
        connection.send(struct.pack("q", step))
        if connection.recv(8) != struct.pack("q", step + 1):
            wrong(f"child {n} at step {step}")
        if struct.unpack_from("q", shared, n * 8)[0] != step + 1:
            wrong(f"shared memory of child {n}")
    with lock:
        if sum(accounts) != 8000:
            wrong(f"accounts {accounts}")
    if step % 200 == 199:
        if any(now == then for now, then in zip(turns, before)):
            wrong(f"a thread stands still: {turns}")
        before = list(turns)
    if step:
        file.seek(0)
        if file.read() != b"%d" % (step - 1):
            wrong("the deleted file")
    file.seek(0)
    file.truncate()
    file.write(b"%d" % step)
    print(step, flush=True)
    step += 1
    time.sleep(STEP)
