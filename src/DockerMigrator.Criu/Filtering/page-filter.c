// The page filter: a shared library that is loaded into CRIU (LD_PRELOAD) for a dump, and makes the memory that was already
// sent look empty to it. CRIU asks the kernel by ioctl(PAGEMAP_SCAN), or by reading /proc/PID/pagemap on older kernels, which
// pages of a process have content; what is in a hidden range is taken out of the answer. Shared memory is a file to it, whose
// content it looks for by lseek(SEEK_DATA): that of a hidden segment has none. Everything else is untouched.
//
// What to hide is in a file of 64-bit words that the environment names, made by PageFilterFile.cs:
//
//   [0] magic  [1] number of ranges  [2] how often the filter was loaded  [3] pages hidden so far (also such as are not there)  [4] number of segments
//   [5…] PID, start, end of each range; sorted by PID and start, not overlapping
//   […]  device, inode of each segment of shared memory, and how often it was hidden so far
//
// It uses nothing of the C library but two functions that every one has, so that it can be loaded into any CRIU.
typedef unsigned long long u64;
typedef long long s64;

#define MAGIC 0x32304544494844ULL // "DHIDE02"
#define HEADER 5
#define PAGE 4096ULL

extern char *getenv(const char *name);
extern int *__errno_location(void);

// Linux: fs.h (struct pm_scan_arg, struct page_region); ioctl number _IOWR('f', 16, struct pm_scan_arg).
#define PAGEMAP_SCAN 0xc0606610UL
#define CONTENT ((1 << 3) | (1 << 4)) // PAGE_IS_PRESENT, PAGE_IS_SWAPPED
struct scan {
    u64 size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, returned;
};
struct region {
    u64 start, end, categories;
};

#if defined(__x86_64__)
enum { NR_pread = 17, NR_ioctl = 16, NR_openat = 257, NR_mmap = 9, NR_munmap = 11, NR_readlinkat = 267, NR_close = 3, NR_lseek = 8, NR_fstat = 5 };
static long kernel(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
enum { NR_pread = 67, NR_ioctl = 29, NR_openat = 56, NR_mmap = 222, NR_munmap = 215, NR_readlinkat = 78, NR_close = 57, NR_lseek = 62, NR_fstat = 80 };
static long kernel(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "no system calls for this architecture"
#endif

static u64 *words; // null: nothing is hidden

static long answer(long result)
{
    if (result < 0 && result > -4096) {
        *__errno_location() = (int)-result;
        return -1;
    }
    return result;
}

__attribute__((constructor)) static void load(void)
{
    const char *path = getenv("DOCKER_MIGRATOR_HIDDEN_PAGES");
    if (!path)
        return;
    int fd = (int)kernel(NR_openat, -100 /* AT_FDCWD */, (long)path, 02000002 /* O_RDWR|O_CLOEXEC */, 0, 0, 0);
    if (fd < 0)
        return;
    // First the header, which tells the length, then all of it.
    u64 *header = (u64 *)kernel(NR_mmap, 0, PAGE, 3 /* PROT_READ|PROT_WRITE */, 1 /* MAP_SHARED */, fd, 0);
    if ((u64)header < (u64)-4095 && header[0] == MAGIC) {
        u64 length = (HEADER + 3 * (header[1] + header[4])) * sizeof(u64);
        u64 *all = (u64 *)kernel(NR_mmap, 0, (long)length, 3, 1, fd, 0);
        kernel(NR_munmap, (long)header, PAGE, 0, 0, 0, 0);
        if ((u64)all < (u64)-4095) {
            words = all;
            __atomic_fetch_add(&words[2], 1, __ATOMIC_RELAXED);
        }
    }
    kernel(NR_close, fd, 0, 0, 0, 0, 0);
}

// The PID whose page map a descriptor is: "/proc/PID/pagemap"; 0 if it is something else.
static u64 pid_of(int fd)
{
    char link[] = "/proc/self/fd/\0\0\0\0\0\0\0\0\0\0\0\0", path[64];
    char digits[12];
    int count = 0, end = 14;
    for (unsigned rest = (unsigned)fd; count == 0 || rest; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    while (count)
        link[end++] = digits[--count];
    long length = kernel(NR_readlinkat, -100, (long)link, (long)path, sizeof path, 0, 0);
    const char *tail = "/pagemap", *head = "/proc/";
    if (length < 6 + 1 + 8 || length >= (long)sizeof path)
        return 0;
    for (int i = 0; i < 6; i++)
        if (path[i] != head[i])
            return 0;
    for (int i = 0; i < 8; i++)
        if (path[length - 8 + i] != tail[i])
            return 0;
    u64 pid = 0;
    for (long i = 6; i < length - 8; i++) {
        if (path[i] < '0' || path[i] > '9')
            return 0;
        pid = pid * 10 + (u64)(path[i] - '0');
    }
    return pid;
}

// Index of the first range of the process that ends behind the address; the number of ranges if there is none.
static u64 find(u64 pid, u64 address)
{
    u64 low = 0, high = words[1];
    while (low < high) {
        u64 middle = (low + high) / 2;
        const u64 *range = words + HEADER + 3 * middle;
        if (range[0] < pid || (range[0] == pid && range[2] <= address))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const u64 *range_at(u64 index, u64 pid)
{
    const u64 *range = words + HEADER + 3 * index;
    return index < words[1] && range[0] == pid ? range : 0;
}

static void count(u64 bytes)
{
    __atomic_fetch_add(&words[3], bytes / PAGE, __ATOMIC_RELAXED);
}

// Takes the hidden parts out of the regions. A region can fall into several; if they do not fit, the walk ends before
// what is left, and CRIU asks again from there.
static long visible(u64 pid, struct scan *scan, long found)
{
    struct region *regions = (struct region *)scan->vec;
    u64 bytes = (u64)found * sizeof *regions, kept = 0;
    if (found <= 0)
        return found;
    struct region *copy = (struct region *)kernel(NR_mmap, 0, (long)bytes, 3, 0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */, -1, 0);
    if ((u64)copy >= (u64)-4095)
        return -12; // ENOMEM
    for (long i = 0; i < found; i++)
        copy[i] = regions[i];
    for (long i = 0; i < found; i++) {
        u64 at = copy[i].start, index = find(pid, at);
        while (at < copy[i].end) {
            const u64 *hidden = range_at(index, pid);
            u64 stop = hidden && hidden[1] < copy[i].end ? (hidden[1] > at ? hidden[1] : at) : copy[i].end;
            if (stop > at) {
                if (kept == scan->vec_len) {
                    scan->walk_end = at;
                    goto done;
                }
                regions[kept++] = (struct region){at, stop, copy[i].categories};
                at = stop;
            }
            if (hidden && hidden[1] <= at && at < copy[i].end) {
                u64 end = hidden[2] < copy[i].end ? hidden[2] : copy[i].end;
                count(end - at);
                at = end;
                index++;
            }
        }
    }
done:
    kernel(NR_munmap, (long)copy, (long)bytes, 0, 0, 0, 0);
    return (long)kept;
}

// Whether the process is said to have nothing in all of that.
static int is_hidden(u64 pid, u64 start, u64 end)
{
    const u64 *hidden;
    for (u64 index = find(pid, start); start < end && (hidden = range_at(index, pid)) && hidden[1] <= start; index++)
        start = hidden[2];
    return start >= end;
}

int ioctl(int fd, unsigned long request, void *argument)
{
    u64 pid;
    struct scan *scan = argument;
    // Only the question for content is answered otherwise: not CRIU's own probes, and not the one for guard pages, which are a part
    // of the mapping and not of what was sent.
    if (request != PAGEMAP_SCAN || !words || !words[1] || !scan->vec || scan->flags || !(scan->anyof & CONTENT) || !(pid = pid_of(fd)))
        return (int)answer(kernel(NR_ioctl, fd, (long)request, (long)argument, 0, 0, 0));
    // The kernel would look at each page, some 10 ns in the freeze, for nothing.
    if (scan->start < scan->end && is_hidden(pid, scan->start, scan->end)) {
        count(scan->end - scan->start);
        scan->walk_end = scan->end;
        return 0;
    }
    return (int)answer(visible(pid, scan, kernel(NR_ioctl, fd, (long)request, (long)argument, 0, 0, 0)));
}

s64 pread64(int fd, void *buffer, u64 size, s64 offset)
{
    long result = kernel(NR_pread, fd, (long)buffer, (long)size, offset, 0, 0);
    u64 pid;
    // A word for each page: zeroed, the page is neither present nor swapped.
    if (result > 0 && words && words[1] && size % 8 == 0 && offset % 8 == 0 && (pid = pid_of(fd))) {
        u64 first = (u64)offset / 8 * PAGE, last = first + (u64)result / 8 * PAGE;
        const u64 *hidden;
        for (u64 index = find(pid, first); (hidden = range_at(index, pid)) && hidden[1] < last; index++) {
            u64 at = hidden[1] > first ? hidden[1] : first, end = hidden[2] < last ? hidden[2] : last;
            count(end - at);
            for (; at < end; at += PAGE)
                ((u64 *)buffer)[(at - first) / PAGE] = 0;
        }
    }
    return answer(result);
}

s64 pread(int fd, void *buffer, u64 size, s64 offset)
{
    return pread64(fd, buffer, size, offset);
}

// The words of the hidden segment that a descriptor is; null if it is none.
static u64 *segment_of(int fd)
{
    u64 status[32]; // struct stat, which begins with device and inode on both architectures
    if (kernel(NR_fstat, fd, (long)status, 0, 0, 0, 0) < 0)
        return 0;
    for (u64 i = 0; i < words[4]; i++) {
        u64 *segment = words + HEADER + 3 * (words[1] + i);
        if (segment[0] == status[0] && segment[1] == status[1])
            return segment;
    }
    return 0;
}

s64 lseek64(int fd, s64 offset, int whence)
{
    u64 *segment;
    if (whence == 3 /* SEEK_DATA */ && words && words[4] && (segment = segment_of(fd))) {
        __atomic_fetch_add(&segment[2], 1, __ATOMIC_RELAXED);
        return answer(-6); // ENXIO: nothing but a hole from here on
    }
    return answer(kernel(NR_lseek, fd, offset, whence, 0, 0, 0));
}

s64 lseek(int fd, s64 offset, int whence)
{
    return lseek64(fd, offset, whence);
}
