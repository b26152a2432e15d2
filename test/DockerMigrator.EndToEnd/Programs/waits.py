# Threads in waits of all kinds that the kernel goes on with by itself after an interruption, made without libc, which
# would repeat some of them. None is to end: prints READY when all wait, and says which one ended before its time.
import ctypes, os, struct, threading, time

syscall = ctypes.CDLL(None, use_errno=True).syscall
syscall.restype = ctypes.c_long
pipe = os.pipe()
in_an_hour = lambda: struct.pack("qq", int(time.monotonic()) + 3600, 0)
hour, word, remainder = struct.pack("qq", 3600, 0), ctypes.create_string_buffer(8), ctypes.create_string_buffer(16)
descriptor = struct.pack("ihh", pipe[0], 1, 0)
CLOCK_MONOTONIC, TIMER_ABSTIME = 1, 1
FUTEX_WAIT_PRIVATE, FUTEX_WAIT_BITSET_PRIVATE, ANY = 128, 137, 0xFFFFFFFF
waits = {
    "nanosleep": (35, hour, remainder),
    "clock_nanosleep": (230, CLOCK_MONOTONIC, 0, hour, None),
    "clock_nanosleep until": (230, CLOCK_MONOTONIC, TIMER_ABSTIME, in_an_hour(), None),
    "poll": (7, descriptor, 1, 3600000),
    "poll without end": (7, descriptor, 1, -1),
    "futex": (202, word, FUTEX_WAIT_PRIVATE, 0, hour),
    "futex until": (202, word, FUTEX_WAIT_BITSET_PRIVATE, 0, in_an_hour(), None, ANY),
    "futex without end": (202, word, FUTEX_WAIT_PRIVATE, 0, None),
}


def wait(name, arguments):
    # The width of variadic arguments is not known to ctypes.
    result = syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    print(name, "ended:", result, os.strerror(ctypes.get_errno()), flush=True)
    os._exit(1)


for name, arguments in waits.items():
    threading.Thread(target=wait, args=(name, arguments)).start()
while any(open(f"/proc/self/task/{t.native_id}/wchan").read() == "0" for t in threading.enumerate() if t.native_id != os.getpid()):
    time.sleep(0.01)
print("READY", flush=True)
threading.Event().wait()
