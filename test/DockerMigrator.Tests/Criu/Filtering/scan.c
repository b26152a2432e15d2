// scan PID START END [read]: prints the ranges of a process's memory that have content, as CRIU finds them out.
// scan PATH: the same of a file in which shared memory is.
// scan connections [track]: in a network namespace of its own that tracks one connection or none, prints the types of netlink messages that
//                           answer the question for them.
// scan PID NAME: prints a process's file in /proc, opened as CRIU does it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct scan {
    unsigned long long size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, returned;
};
struct region {
    unsigned long long start, end, categories;
};

// Linux: netlink.h, nfnetlink.h.
struct header {
    unsigned length;
    unsigned short type, flags;
    unsigned sequence, port, family;
};

static long exchange(int netlink, void *message, unsigned length, char *answer, unsigned room)
{
    struct iovec part = {message, length};
    struct msghdr request = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(netlink, &request, 0) < 0 ? -1 : recv(netlink, answer, room, 0);
}

static int connections(int track)
{
    // UDP from 127.0.0.1:1 to 127.0.0.2:2 and back, which ends by itself after a minute (nfnetlink_conntrack.h).
    static const unsigned char connection[] = {
        52, 0, 1, 0x80, 20, 0, 1, 0x80, 8, 0, 1, 0, 127, 0, 0, 1, 8, 0, 2, 0, 127, 0, 0, 2, 28, 0, 2, 0x80, 5, 0, 1, 0, 17, 0, 0, 0, 6, 0, 2, 0, 0, 1, 0, 0, 6, 0, 3, 0, 0, 2, 0, 0,
        52, 0, 2, 0x80, 20, 0, 1, 0x80, 8, 0, 1, 0, 127, 0, 0, 2, 8, 0, 2, 0, 127, 0, 0, 1, 28, 0, 2, 0x80, 5, 0, 1, 0, 17, 0, 0, 0, 6, 0, 2, 0, 0, 2, 0, 0, 6, 0, 3, 0, 0, 1, 0, 0,
        8, 0, 7, 0, 0, 0, 0, 60,
    };
    char answer[4096] __attribute__((aligned(8)));
    struct {
        struct header header;
        unsigned char attributes[sizeof connection];
    } create = {.header = {sizeof create, 1 << 8, 0x405 /* REQUEST, ACK, CREATE */, 1, 0, 2 /* AF_INET */}};
    memcpy(create.attributes, connection, sizeof connection);
    int netlink = unshare(CLONE_NEWNET) < 0 ? -1 : socket(16 /* AF_NETLINK */, SOCK_RAW, 12 /* NETLINK_NETFILTER */);
    if (track && (exchange(netlink, &create, sizeof create, answer, sizeof answer) < 20 || *(int *)(answer + 16)))
        return 1;
    struct header ask = {sizeof ask, 1 << 8 | 1, 0x301 /* REQUEST, DUMP */, 24680, 0, 0};
    long got = exchange(netlink, &ask, sizeof ask, answer, sizeof answer);
    for (; got > 0; got = recv(netlink, answer, sizeof answer, MSG_DONTWAIT)) {
        for (char *at = answer; at < answer + got; at += (((struct header *)at)->length + 3) / 4 * 4)
            printf("%d%s ", ((struct header *)at)->type, ((struct header *)at)->sequence == 24680 && (((struct header *)at)->type != 2 || !*(int *)(at + 16)) ? "" : "?");
    }
    return 0;
}

int main(int argc, char **argv)
{
    char path[64];
    if (!strcmp(argv[1], "connections"))
        return connections(argc > 2);
    if (argc == 2) {
        int file = open(argv[1], O_RDONLY);
        long long at = 0;
        while ((at = lseek(file, at, SEEK_DATA)) >= 0) {
            printf("%lld ", at);
            at = lseek(file, at, SEEK_HOLE);
            printf("%lld\n", at);
        }
        return file < 0;
    }
    if (argc == 3) {
        snprintf(path, sizeof path, "/proc/%s", argv[1]);
        volatile int flags = O_RDONLY; // as unknown to the compiler as CRIU's
        int directory = open(path, O_PATH), file = openat(directory, argv[2], flags);
        char text[3000];
        ssize_t got;
        while ((got = read(file, text, sizeof text)) > 0)
            fwrite(text, 1, got, stdout);
        return got < 0;
    }
    snprintf(path, sizeof path, "/proc/%s/pagemap", argv[1]);
    int fd = open(path, O_RDONLY);
    unsigned long long start = strtoull(argv[2], NULL, 10), end = strtoull(argv[3], NULL, 10);
    if (argc > 4) {
        unsigned long long words[4096];
        ssize_t got = pread(fd, words, (end - start) / 4096 * 8, start / 4096 * 8);
        for (ssize_t i = 0; i < got / 8; i++)
            if (words[i] >> 62)
                printf("%llu %llu\n", start + i * 4096ULL, start + (i + 1) * 4096ULL);
        return got < 0;
    }
    // Room for two regions at a time, so that the walk has to be taken up again.
    while (start < end) {
        struct region regions[2];
        struct scan scan = {.size = sizeof scan, .start = start, .end = end, .vec = (unsigned long)regions, .vec_len = 2};
        scan.inverted = scan.mask = (1 << 5) | (1 << 2); // neither zero page nor file
        scan.anyof = scan.returned = (1 << 3) | (1 << 4); // present or swapped
        int found = ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 'f', 16, sizeof scan), &scan);
        if (found < 0)
            return 1;
        for (int i = 0; i < found; i++)
            printf("%llu %llu\n", regions[i].start, regions[i].end);
        start = scan.walk_end;
    }
    return 0;
}
