/* What the modes of memzoo have in common. */
#ifndef ZOO_H
#define ZOO_H

#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, WORDS = PAGE / 8, PAGES_PER_MIB = (1 << 20) / PAGE, SLOTS = 128 };

/*
 * A worker's place on the board, which lies in shared memory: that is copied in another way than
 * private memory. There the worker's count is written a second time, so that memory which is
 * consistent, but older than it may be, is noticed too.
 */
struct slot {
	_Atomic uint64_t count;  /* of writes */
	_Atomic uint64_t rounds; /* complete checks */
	_Atomic int counts;      /* whether the rounds told are to wait for this worker */
};

/* board.c: what all processes see of each other, and the lines that are printed. */
void board_create(int fd, int reports); /* fd: a file that holds it, or -1; reports: whether this process prints */
struct slot *board_slot(int number);
struct slot *worker(int number); /* a slot that the rounds wait for */
void same_count(struct slot *slot, uint64_t count, const char *what);
void rest(void);           /* ten milliseconds; the main thread reports */
void rest_for(int milliseconds);
_Noreturn __attribute__((format(printf, 1, 2))) void mismatch(const char *format, ...);
pid_t child(void);         /* fork, which fails loudly */
void reap(void);           /* all that have ended, which they may only with status 0 */
void thread(void *(*run)(void *), void *argument, size_t stack_size);

/* pages.c: what a page must hold. */
uint64_t mix(uint64_t x);
uint64_t draw(uint64_t *state, uint64_t below); /* a random number that follows from the state */
void *must_map(void *address, size_t size, int protection, int flags, int fd);
void write_words(void *at, size_t size, uint64_t seed);
void check_words(const void *at, size_t size, uint64_t seed, const char *what, uint64_t number);
void check_zero(const void *at, size_t size, const char *what, uint64_t number);

/*
 * A field: pages that are written in a scattered order, over and over again, so that what each must
 * hold follows from its number and one count of writes.
 */
struct field {
	uint64_t *at;
	uint64_t pages; /* a power of two */
	uint64_t name;  /* part of the seed */
	uint64_t writes;
	int zeroes;     /* every second time a page becomes zero */
	struct slot *slot;
};

void field_open(struct field *field, void *at, uint64_t pages, uint64_t name, struct slot *slot);
uint64_t field_next(const struct field *field);     /* the page that is written next */
uint64_t field_generation(const struct field *field, uint64_t page);
void field_set(struct field *field, uint64_t page); /* as it must be now */
void field_look(const struct field *field, uint64_t page);
void field_write(struct field *field, uint64_t count);
int field_check(struct field *field, uint64_t *cursor, uint64_t count); /* whether a round is complete */
void field_round(struct field *field, uint64_t *cursor, uint64_t count); /* the same, and counts it */

#endif
