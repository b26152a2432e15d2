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
// CRIU also reads all of /proc/PID/smaps, of which it wants no more than the flags of each mapping, but for which the kernel looks at each
// present page (13 ms a GiB). That of large processes is read by us while CRIU starts, since the container stands still by then, and CRIU
// gets our copy. Another file tells of the copies, made by EarlyMappings.cs:
//
//   [0] magic  [1] number of processes  [2] our PID  [3] how often a copy was taken
//   [4…] PID of each process, number of our descriptor of its copy, state of it (0 not begun, 1 in the making, 2 complete, 3 given up)
//
// And CRIU asks twice for the connections that the container's network namespace tracks (the second question, for expected ones, is the
// same by mistake), for which the kernel goes through the table of all namespaces, 10 ms each time. Where the namespace tracks none, which
// is known at once, the kernel is not asked.
//
// It uses nothing of the C library but two functions that every one has, so that it can be loaded into any CRIU.
typedef unsigned long long u64;
typedef long long s64;

#define MAGIC 0x32304544494844ULL // "DHIDE02"
#define HEADER 5
#define PAGE 4096ULL
#define AT_FDCWD (-100)
#define COPIES_MAGIC 0x31305350414d53ULL // "SMAPS01"
#define COPIES_HEADER 4
enum { IN_THE_MAKING = 1, COMPLETE = 2 };

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
enum { NR_pread = 17, NR_ioctl = 16, NR_openat = 257, NR_mmap = 9, NR_munmap = 11, NR_readlinkat = 267, NR_close = 3, NR_lseek = 8, NR_fstat = 5, NR_nanosleep = 35, NR_sendmsg = 46, NR_getsockopt = 55, NR_read = 0 };
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
enum { NR_pread = 67, NR_ioctl = 29, NR_openat = 56, NR_mmap = 222, NR_munmap = 215, NR_readlinkat = 78, NR_close = 57, NR_lseek = 62, NR_fstat = 80, NR_nanosleep = 101, NR_sendmsg = 211, NR_getsockopt = 209, NR_read = 63 };
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

static u64 *words;  // null: nothing is hidden
static u64 *copies; // null: there are none

static long answer(long result)
{
    if (result < 0 && result > -4096) {
        *__errno_location() = (int)-result;
        return -1;
    }
    return result;
}

// The file that a variable names, a page of it at first; null if there is none.
static u64 *map(const char *variable, u64 magic, u64 (*length)(const u64 *header))
{
    const char *path = getenv(variable);
    if (!path)
        return 0;
    int fd = (int)kernel(NR_openat, AT_FDCWD, (long)path, 02000002 /* O_RDWR|O_CLOEXEC */, 0, 0, 0);
    if (fd < 0)
        return 0;
    // First the header, which tells the length, then all of it.
    u64 *all = 0, *header = (u64 *)kernel(NR_mmap, 0, PAGE, 3 /* PROT_READ|PROT_WRITE */, 1 /* MAP_SHARED */, fd, 0);
    if ((u64)header < (u64)-4095) {
        if (header[0] == magic)
            all = (u64 *)kernel(NR_mmap, 0, (long)length(header), 3, 1, fd, 0);
        kernel(NR_munmap, (long)header, PAGE, 0, 0, 0, 0);
    }
    kernel(NR_close, fd, 0, 0, 0, 0, 0);
    return (u64)all < (u64)-4095 ? all : 0;
}

static u64 length_of_hidden(const u64 *header)
{
    return (HEADER + 3 * (header[1] + header[4])) * sizeof(u64);
}

static u64 length_of_copies(const u64 *header)
{
    return (COPIES_HEADER + 3 * header[1]) * sizeof(u64);
}

__attribute__((constructor)) static void load(void)
{
    words = map("DOCKER_MIGRATOR_HIDDEN_PAGES", MAGIC, length_of_hidden);
    copies = map("DOCKER_MIGRATOR_MAPPINGS", COPIES_MAGIC, length_of_copies);
    if (words)
        __atomic_fetch_add(&words[2], 1, __ATOMIC_RELAXED);
}

// Appends text, and a number, to a path.
static char *text(char *end, const char *more)
{
    while (*more)
        *end++ = *more++;
    *end = 0;
    return end;
}

static char *number(char *end, u64 value)
{
    char digits[20];
    int count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        *end++ = digits[--count];
    *end = 0;
    return end;
}

static int equal(const char *one, const char *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

// The PID of whose directory, or of whose file of that name in it, a descriptor is: "/proc/PID/pagemap"; 0 if it is something else.
static u64 pid_of(int fd, const char *name)
{
    char link[40], path[64], expected[64];
    if (fd < 0)
        return 0;
    number(text(link, "/proc/self/fd/"), (u64)fd);
    long length = kernel(NR_readlinkat, AT_FDCWD, (long)link, (long)path, sizeof path - 1, 0, 0);
    if (length < 7)
        return 0;
    path[length] = 0;
    u64 pid = 0;
    for (char *digit = path + 6; *digit >= '0' && *digit <= '9' && pid < 1ULL << 32; digit++)
        pid = pid * 10 + (u64)(*digit - '0');
    text(number(text(expected, "/proc/"), pid), name);
    return equal(path, expected) ? pid : 0;
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
    if (request != PAGEMAP_SCAN || !words || !words[1] || !scan || !scan->vec || scan->flags || !(scan->anyof & CONTENT) || !(pid = pid_of(fd, "/pagemap")))
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
    if (result > 0 && words && words[1] && size % 8 == 0 && offset % 8 == 0 && (pid = pid_of(fd, "/pagemap"))) {
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

// A descriptor of our copy of a process's smaps; negative if there is none.
static long copy_of(u64 pid)
{
    for (u64 i = 0; i < copies[1]; i++) {
        u64 *item = copies + COPIES_HEADER + 3 * i;
        if (item[0] != pid)
            continue;
        // One in the making is sooner there than one that is begun now. If its maker is gone, so is the file; that it was stopped is all
        // that the five minutes are for.
        for (int waited = 0; waited < 600000; waited++) {
            u64 state = __atomic_load_n(&item[2], __ATOMIC_ACQUIRE), pause[2] = {0, 500000};
            char path[64];
            if (state != IN_THE_MAKING && state != COMPLETE)
                return -1;
            number(text(number(text(path, "/proc/"), copies[2]), "/fd/"), item[1]);
            long fd = kernel(NR_openat, AT_FDCWD, (long)path, 02000000 /* O_RDONLY|O_CLOEXEC */, 0, 0, 0);
            if (fd < 0)
                return -1;
            if (state == COMPLETE) {
                __atomic_fetch_add(&copies[3], 1, __ATOMIC_RELAXED);
                return fd;
            }
            kernel(NR_close, fd, 0, 0, 0, 0, 0);
            kernel(NR_nanosleep, (long)pause, 0, 0, 0, 0, 0);
        }
    }
    return -1;
}

// The mode is looked at by the kernel only if there is one.
int openat64(int directory, const char *path, int flags, unsigned mode)
{
    u64 pid;
    long copy;
    if (copies && path && equal(path, "smaps") && (pid = pid_of(directory, "")) && (copy = copy_of(pid)) >= 0)
        return (int)copy;
    return (int)answer(kernel(NR_openat, directory, (long)path, flags, mode, 0, 0));
}

int openat(int directory, const char *path, int flags, unsigned mode)
{
    return openat64(directory, path, flags, mode);
}

// What the C library's headers make of it where the flags are no constant (_FORTIFY_SOURCE).
int __openat64_2(int directory, const char *path, int flags)
{
    return openat64(directory, path, flags, 0);
}

int __openat_2(int directory, const char *path, int flags)
{
    return openat64(directory, path, flags, 0);
}

// Linux: socket.h, netlink.h, nfnetlink.h, nfnetlink_conntrack.h.
enum { SOL_SOCKET = 1, SO_PROTOCOL = 38, SO_DOMAIN = 39, AF_NETLINK = 16, NETLINK_NETFILTER = 12 };
enum { NLMSG_NOOP = 1, NLM_F_REQUEST = 1, NLM_F_ACK = 4, NLM_F_DUMP = 0x300, CONNECTIONS = 1 << 8 | 1 /* NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET */ };
struct part {
    void *start;
    u64 length;
};
struct message {
    void *name;
    u64 name_length;
    struct part *parts;
    u64 count;
    void *control;
    u64 control_length, flags;
};
struct request { // struct nlmsghdr, struct nfgenmsg
    unsigned length;
    unsigned short type, flags;
    unsigned sequence, port, family;
};

static int option(int fd, int name)
{
    int value = -1;
    unsigned length = sizeof value;
    return kernel(NR_getsockopt, fd, SOL_SOCKET, name, (long)&value, (long)&length, 0) < 0 ? -1 : value;
}

// Whether the network namespace that the caller is in tracks no connection.
static int tracks_nothing(void)
{
    char count[2] = {0, 0};
    long fd = kernel(NR_openat, AT_FDCWD, (long)"/proc/sys/net/netfilter/nf_conntrack_count", 02000000, 0, 0, 0);
    if (fd < 0)
        return 0;
    long length = kernel(NR_read, fd, (long)count, sizeof count, 0, 0, 0);
    kernel(NR_close, fd, 0, 0, 0, 0, 0);
    return length == 2 && count[0] == '0' && count[1] == '\n';
}

s64 sendmsg(int fd, const struct message *message, int flags)
{
    // Of the lengths, musl's structure has only the lower halves.
    struct message whole;
    if (message) {
        whole = *message;
        whole.count &= 0xffffffff;
        whole.control_length &= 0xffffffff;
        message = &whole;
    }
    if (words && message && message->count == 1 && message->parts->length == sizeof(struct request)) {
        struct request request = *(struct request *)message->parts->start;
        if (request.type == CONNECTIONS && request.flags == (NLM_F_REQUEST | NLM_F_DUMP)
            && option(fd, SO_DOMAIN) == AF_NETLINK && option(fd, SO_PROTOCOL) == NETLINK_NETFILTER && tracks_nothing()) {
            // What the kernel does nothing for but to say that it is done.
            struct part part = {&request, sizeof request};
            request.type = NLMSG_NOOP;
            request.flags = NLM_F_REQUEST | NLM_F_ACK;
            whole.parts = &part;
            return answer(kernel(NR_sendmsg, fd, (long)message, flags, 0, 0, 0));
        }
    }
    return answer(kernel(NR_sendmsg, fd, (long)message, flags, 0, 0, 0));
}
