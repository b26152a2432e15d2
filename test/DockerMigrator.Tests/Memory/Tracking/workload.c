// Programs for the tests of the dirty trackers: workload MODE [ARGUMENT].
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#if defined(__x86_64__)
#include <sys/rseq.h>
#endif
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, MIB = 1 << 20 };

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0)
        _exit(90);
}

static __attribute__((noreturn)) void fail(const char *what)
{
    dprintf(1, "FAILED %s: %s\n", what, strerror(errno));
    _exit(91);
}

static char *map(size_t bytes, int protection, int flags)
{
    char *at = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (at == MAP_FAILED)
        fail("mmap");
    return at;
}

static void nap(long microseconds)
{
    struct timespec time = { microseconds / 1000000, microseconds % 1000000 * 1000 };
    while (nanosleep(&time, &time) < 0) {
        if (errno != EINTR)
            fail("nanosleep");
    }
}

// Writes a few random pages again and again.
static void scribble(char *at, size_t bytes, unsigned *seed, int count)
{
    for (int i = 0; i < count; i++) {
        size_t page = rand_r(seed) % (bytes / PAGE);
        *(unsigned *)(at + page * PAGE + rand_r(seed) % 1000 * 4) = rand_r(seed);
    }
}

static void *scribbler(void *seed_value)
{
    unsigned seed = (unsigned)(uintptr_t)seed_value;
    char *at = map(4 * MIB, PROT_READ | PROT_WRITE, 0);
    for (;;) {
        scribble(at, 4 * MIB, &seed, 20);
        nap(200);
    }
    return NULL;
}

// Leaves an empty mapping behind, as another thread might else map something there. False for one that is in pieces.
static int move(char *from, char *to, size_t bytes)
{
    return mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) != MAP_FAILED;
}

// Kernels before 6.17 unmap the target of a move that then fails: until that is dealt with, nobody may map something there.
static pthread_mutex_t places = PTHREAD_MUTEX_INITIALIZER;

// Everything that a mapping can go through, over a handful of them.
static void *churner(void *seed_value)
{
    enum { SLOTS = 12 };
    unsigned seed = (unsigned)(uintptr_t)seed_value;
    char *slots[SLOTS] = { 0 };
    size_t sizes[SLOTS] = { 0 };
    char *brk_start = seed == 1 ? sbrk(0) : NULL;
    for (;;) {
        int i = rand_r(&seed) % SLOTS;
        if (!slots[i]) {
            sizes[i] = (1 + rand_r(&seed) % 64) * PAGE;
            pthread_mutex_lock(&places);
            slots[i] = map(sizes[i], PROT_READ | PROT_WRITE, 0);
            pthread_mutex_unlock(&places);
            scribble(slots[i], sizes[i], &seed, 10);
            continue;
        }

        size_t half = sizes[i] / PAGE / 2 * PAGE;
        switch (rand_r(&seed) % 14) {
        case 0: // gone
            munmap(slots[i], sizes[i]);
            slots[i] = NULL;
            break;
        case 1: { // moved or grown
            size_t size = (1 + rand_r(&seed) % 96) * PAGE;
            pthread_mutex_lock(&places);
            char *moved = mremap(slots[i], sizes[i], size, MREMAP_MAYMOVE);
            pthread_mutex_unlock(&places);
            if (moved == MAP_FAILED)
                break; // it is in pieces
            slots[i] = moved;
            sizes[i] = size;
            break;
        }
        case 2: // moved for certain: two change places
            pthread_mutex_lock(&places);
            for (int j = 0; j < SLOTS; j++) {
                if (j == i || !slots[j] || sizes[j] != sizes[i])
                    continue;
                char *away = map(sizes[i], PROT_NONE, 0);
                if (!move(slots[i], away, sizes[i]) || !move(slots[j], slots[i], sizes[i]) || !move(away, slots[j], sizes[i])) {
                    munmap(slots[i], sizes[i]);
                    munmap(slots[j], sizes[j]);
                    slots[i] = slots[j] = NULL;
                }
                munmap(away, sizes[i]);
                break;
            }
            pthread_mutex_unlock(&places);
            break;
        case 3: // emptied in part
            madvise(slots[i], half, MADV_DONTNEED);
            break;
        case 4: // another one at the same place, with content of its own
            if (mmap(slots[i], sizes[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
                fail("mmap fixed");
            scribble(slots[i], sizes[i], &seed, 3);
            break;
        case 5: // a hole in the middle, filled anew
            if (half && mmap(slots[i] + half, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
                fail("mmap fixed");
            break;
        case 6: // barred and opened
            mprotect(slots[i], half, PROT_NONE);
            nap(rand_r(&seed) % 300);
            mprotect(slots[i], half, PROT_READ | PROT_WRITE);
            break;
        case 7: // the heap goes up and down
            if (brk_start) {
                size_t grown = (rand_r(&seed) % 64) * PAGE;
                if (brk(brk_start + grown) == 0 && grown)
                    scribble(brk_start, grown, &seed, 10);
            }
            break;
        case 8: // zero pages
            for (size_t at = 0; at < half; at += PAGE)
                *(volatile char *)(slots[i] + at);
            break;
        default:
            scribble(slots[i], sizes[i], &seed, 10);
        }

        if (rand_r(&seed) % 16 == 0)
            nap(100);
    }
    return NULL;
}

static void in_threads(void *(*run)(void *), int count)
{
    for (int i = 1; i <= count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, run, (void *)(uintptr_t)i))
            fail("pthread_create");
    }
    say("ready\n");
    for (;;)
        pause();
}

// A parent with a few children at a time, each with a changed copy of its memory.
static void forks(void)
{
    unsigned seed = 7;
    char *at = map(2 * MIB, PROT_READ | PROT_WRITE, 0);
    pthread_t thread;
    scribble(at, 2 * MIB, &seed, 2000);
    if (pthread_create(&thread, NULL, scribbler, (void *)(uintptr_t)99))
        fail("pthread_create");
    say("ready\n");
    for (int children = 0;;) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            seed = getpid();
            for (int i = 0; i < 30; i++) {
                scribble(at, 2 * MIB, &seed, 20);
                nap(rand_r(&seed) % 3000);
            }
            if (seed % 3 == 0)
                execl("/bin/sleep", "sleep", "0.05", NULL);
            _exit(0);
        }
        scribble(at, 2 * MIB, &seed, 20);
        for (children++; waitpid(-1, NULL, children >= 6 ? 0 : WNOHANG) > 0;)
            children--;
        nap(1000);
    }
}

// The same program over and over, with other content each time.
static void exec_again(const char *self, int generation)
{
    char number[16];
    char *at = map(MIB, PROT_READ | PROT_WRITE, 0);
    unsigned seed = generation;
    scribble(at, MIB, &seed, 500);
    for (int i = 0; i < 60; i++) {
        scribble(at, MIB, &seed, 10);
        nap(1000);
    }
    snprintf(number, sizeof number, "%d", generation + 1);
    if (generation == 1)
        say("ready\n");
    execl(self, self, "exec", number, NULL);
    fail("exec");
}

static int word;

// Waits of which none may notice anything. Each tells what ended it.
static void *wait_nanosleep(void *unused)
{
    struct timespec time = { 1000, 0 };
    int result = nanosleep(&time, NULL);
    fail(result ? "nanosleep" : "nanosleep too short");
    return unused;
}

static void *wait_read(void *unused)
{
    int ends[2];
    char byte;
    if (pipe(ends) || read(ends[0], &byte, 1) != 1)
        fail("read");
    return unused;
}

static void *wait_futex(void *unused)
{
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    fail("futex");
    return unused;
}

static void *wait_futex_limited(void *unused)
{
    struct timespec time = { 1000, 0 };
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &time, NULL, 0);
    fail("futex with a limit");
    return unused;
}

static void *wait_epoll(void *unused)
{
    struct epoll_event event;
    epoll_wait(epoll_create1(0), &event, 1, -1);
    fail("epoll_wait");
    return unused;
}

static void *wait_epoll_masked(void *unused)
{
    struct epoll_event event;
    sigset_t mask;
    sigfillset(&mask);
    epoll_pwait(epoll_create1(0), &event, 1, -1, &mask);
    fail("epoll_pwait");
    return unused;
}

static void *wait_signal(void *unused)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigwaitinfo(&set, NULL);
    fail("sigwaitinfo");
    return unused;
}

static void *wait_suspend(void *unused)
{
    sigset_t set;
    sigfillset(&set);
    sigdelset(&set, SIGUSR1);
    sigsuspend(&set);
    fail("sigsuspend");
    return unused;
}

static void *wait_semaphore(void *unused)
{
    struct sembuf down = { 0, -1, 0 };
    int set = unshare(CLONE_NEWIPC) ? -1 : semget(IPC_PRIVATE, 1, 0600);
    if (set < 0)
        fail("semget");
    semop(set, &down, 1);
    fail("semop");
    return unused;
}

static void *(*const waits[])(void *) = {
    wait_nanosleep, wait_read, wait_futex, wait_futex_limited, wait_epoll, wait_epoll_masked, wait_signal, wait_suspend, wait_semaphore,
};

static void sleepers(int which)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    say("ready\n");
    waits[which](NULL);
}

// Counts queued signals with their values, and says so when the last one is in.
static volatile sig_atomic_t next_value = 1, disorder;

static void queued(int number, siginfo_t *information, void *context)
{
    (void)number;
    (void)context;
    if (information->si_value.sival_int != next_value)
        disorder = 1;
    next_value = information->si_value.sival_int + 1;
}

// A child sends numbered signals as fast as it is let, the parent calculates and checks that all come in order.
static void signals(void)
{
    struct sigaction action = { .sa_sigaction = queued, .sa_flags = SA_SIGINFO | SA_RESTART };
    pid_t parent = getpid();
    volatile uint64_t sum = 0, turns = 0;
    sigaction(SIGRTMIN, &action, NULL);
    if (fork() == 0) {
        for (int i = 1; getppid() == parent; i++) {
            union sigval value = { .sival_int = i };
            while (sigqueue(parent, SIGRTMIN, value) && getppid() == parent)
                nap(100);
            if (i % 8 == 0)
                nap(100);
        }
        _exit(0);
    }
    say("ready\n");
    for (;;) {
        turns++;
        sum += turns;
        if (sum != turns * (turns + 1) / 2)
            fail("arithmetic");
        if (disorder)
            fail("signals out of order");
    }
}

// Calls without end whose results are known: none may come back with another one's result.
static void calls(void)
{
    pid_t self = getpid();
    char buffer[64];
    int ends[2];
    if (pipe(ends))
        fail("pipe");
    say("ready\n");
    for (uint32_t i = 0;; i++) {
        uint32_t back = 0;
        if (syscall(SYS_getpid) != self)
            fail("getpid");
        if (write(ends[1], &i, sizeof i) != sizeof i || read(ends[0], buffer, sizeof buffer) != sizeof i)
            fail("pipe");
        memcpy(&back, buffer, sizeof back);
        if (back != i)
            fail("content of pipe");
        if (syscall(SYS_close, -1) != -1 || errno != EBADF)
            fail("close");
    }
}

// Nothing but what the loop needs is allowed; all else kills.
static void filtered(void)
{
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_restart_syscall, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_nanosleep, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_nanosleep, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
    unsigned seed = 5;
    char *at = map(MIB, PROT_READ | PROT_WRITE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        fail("seccomp");
    say("ready\n");
    for (;;) {
        scribble(at, MIB, &seed, 10);
        nap(500);
    }
}

static void huge(void)
{
    unsigned seed = 3;
    size_t bytes = 16 * MIB;
    char *at = map(bytes + 2 * MIB, PROT_READ | PROT_WRITE, 0);
    at = (char *)(((uintptr_t)at + 2 * MIB - 1) / (2 * MIB) * (2 * MIB));
    madvise(at, bytes, MADV_HUGEPAGE);
    for (size_t i = 0; i < bytes; i += 2 * MIB)
        at[i] = 1;
    say("ready\n");
    for (;;) {
        scribble(at, bytes, &seed, 5);
        if (rand_r(&seed) % 50 == 0) {
            size_t block = rand_r(&seed) % (bytes / (2 * MIB));
            madvise(at + block * 2 * MIB, 2 * MIB, MADV_DONTNEED);
            at[block * 2 * MIB] = (char)rand_r(&seed);
        }
        nap(500);
    }
}

static char *map_blocks(int blocks, int advice)
{
    char *at = map((blocks + 1) * 2 * MIB, PROT_READ | PROT_WRITE, 0);
    at = (char *)(((uintptr_t)at + 2 * MIB - 1) / (2 * MIB) * (2 * MIB));
    madvise(at, blocks * 2 * MIB, advice);
    return at;
}

// Two blocks of small pages change places: the kernel moves whole page tables. And a huge page is given back and only read
// afterwards: the kernel puts its page of zeros there.
static void tables(void)
{
    char *blocks[3], *huge = map_blocks(2, MADV_HUGEPAGE);
    size_t bytes = 2 * MIB;
    for (int i = 0; i < 3; i++) {
        blocks[i] = map_blocks(1, MADV_NOHUGEPAGE);
        memset(blocks[i], 'a' + i, bytes);
    }
    say("ready\n");
    for (int turn = 0;; turn++) {
        if (mremap(blocks[0], bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, blocks[2]) == MAP_FAILED
            || mremap(blocks[1], bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, blocks[0]) == MAP_FAILED
            || mremap(blocks[2], bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, blocks[1]) == MAP_FAILED)
            fail("mremap");
        if (turn % 2)
            memset(huge, turn, 2 * bytes);
        else
            madvise(huge, 2 * bytes, MADV_DONTNEED);
        *(volatile char *)huge;
        nap(20000);
    }
}

// Reservations, barred memory with content, and guards.
static void odd(void)
{
    unsigned seed = 4;
    char *reserved = map(64ul << 30, PROT_READ | PROT_WRITE, MAP_NORESERVE);
    char *barred = map(MIB, PROT_READ | PROT_WRITE, 0);
    char *constant = map(MIB, PROT_READ | PROT_WRITE, 0);
    char *guarded = map(MIB, PROT_READ | PROT_WRITE, 0);
    madvise(reserved, 64ul << 30, MADV_NOHUGEPAGE); // some kernels would make 512 pages of each
    scribble(barred, MIB, &seed, 100);
    scribble(constant, MIB, &seed, 100);
    scribble(guarded, MIB, &seed, 1000);
    mprotect(barred, MIB, PROT_NONE);
    mprotect(constant, MIB, PROT_READ);
    madvise(guarded, 16 * PAGE, 102); // MADV_GUARD_INSTALL
    say("ready\n");
    for (;;) {
        for (int i = 0; i < 10; i++)
            reserved[(size_t)(rand_r(&seed) % 64) << 30] = (char)rand_r(&seed);
        scribble(guarded + 16 * PAGE, MIB - 16 * PAGE, &seed, 5);
        nap(1000);
    }
}

// Nearly all the time within a restartable sequence, which is to be left by its abort handler when it is interrupted.
static void sequence(void)
{
#if defined(__x86_64__)
    struct {
        uint32_t version, flags;
        uint64_t start, length, abort;
    } __attribute__((aligned(32))) descriptor = { 0 };
    volatile uint64_t *current = (volatile uint64_t *)((char *)__builtin_thread_pointer() + __rseq_offset + 8);
    int aborts = 0;
    if (!__rseq_size)
        fail("rseq");
    say("ready\n");
    for (;;) {
        uint64_t turns = 200000000, aborted = 0;
        __asm__ volatile(
            "leaq 1f(%%rip), %%rax\n\t"
            "movq %%rax, 8(%[descriptor])\n\t"
            "leaq 2f(%%rip), %%rcx\n\t"
            "subq %%rax, %%rcx\n\t"
            "movq %%rcx, 16(%[descriptor])\n\t"
            "leaq 4f(%%rip), %%rcx\n\t"
            "movq %%rcx, 24(%[descriptor])\n\t"
            "movq %[descriptor], (%[current])\n"
            "1:\n\t"
            "decq %[turns]\n\t"
            "jnz 1b\n"
            "2:\n\t"
            "jmp 5f\n"
            "3:\n\t"
            ".long 0x53053053\n"
            "4:\n\t"
            "movq $1, %[aborted]\n"
            "5:\n"
            : [turns] "+r"(turns), [aborted] "+r"(aborted)
            : [descriptor] "r"(&descriptor), [current] "r"(current)
            : "rax", "rcx", "memory", "cc");
        if (!aborted != !turns)
            fail("sequence");
        aborts += (int)aborted;
        if (aborts == 20)
            say("aborted\n");
    }
#else
    say("ready\naborted\n");
    for (;;)
        pause();
#endif
}

static void own_userfaultfd(void)
{
    if (syscall(SYS_userfaultfd, 0x80000 | 1) < 0)
        fail("userfaultfd");
    say("ready\n");
    for (;;)
        pause();
}

static void parent_of_vfork(void)
{
    say("ready\n");
    for (;;) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/sleep", "sleep", "0.02", NULL);
            _exit(1);
        }
        waitpid(child, NULL, 0);
    }
}

static void *leader_ends(void *seed)
{
    nap(100000);
    say("ready\n");
    return scribbler(seed);
}

int main(int count, char **arguments)
{
    const char *mode = count > 1 ? arguments[1] : "";
    int number = count > 2 ? atoi(arguments[2]) : 0;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(mode, "scribble"))
        in_threads(scribbler, 4);
    else if (!strcmp(mode, "churn"))
        in_threads(churner, 3);
    else if (!strcmp(mode, "forks"))
        forks();
    else if (!strcmp(mode, "exec"))
        exec_again(arguments[0], number ? number : 1);
    else if (!strcmp(mode, "sleep"))
        sleepers(number);
    else if (!strcmp(mode, "signals"))
        signals();
    else if (!strcmp(mode, "calls"))
        calls();
    else if (!strcmp(mode, "filtered"))
        filtered();
    else if (!strcmp(mode, "huge"))
        huge();
    else if (!strcmp(mode, "tables"))
        tables();
    else if (!strcmp(mode, "odd"))
        odd();
    else if (!strcmp(mode, "sequence"))
        sequence();
    else if (!strcmp(mode, "userfaultfd"))
        own_userfaultfd();
    else if (!strcmp(mode, "vfork"))
        parent_of_vfork();
    else if (!strcmp(mode, "nobody")) {
        if (setgid(65534) || setuid(65534))
            fail("setuid");
        in_threads(scribbler, 2);
    } else if (!strcmp(mode, "leaderless")) {
        pthread_t thread;
        pthread_create(&thread, NULL, leader_ends, (void *)(uintptr_t)1);
        pthread_exit(NULL);
    } else if (!strcmp(mode, "brief")) {
        say("ready\n");
        nap(number);
    } else {
        fail("mode");
    }
    return 0;
}
