// scan PID START END [read]: prints the ranges of a process's memory that have content, as CRIU finds them out.
// scan PATH: the same of a file in which shared memory is.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct scan {
    unsigned long long size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, returned;
};
struct region {
    unsigned long long start, end, categories;
};

int main(int argc, char **argv)
{
    char path[64];
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
