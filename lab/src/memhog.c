/*
 * memhog MIB RATE [--verify] [--hot MIB] [--same] [--hz N]
 *
 * A workload with memory that can be judged: fills MIB mebibytes with incompressible data,
 * rewrites RATE mebibytes of them a second, and prints ten times a second
 *
 *     <counter> <CLOCK_REALTIME ns> <CLOCK_MONOTONIC ns>
 *
 * so that the longest step between two lines is the time the program stood still.
 *
 * What each page must hold follows from its number and from how often it has been written, and
 * that from one count of all writes: a page that was lost, mixed up or left behind at an older
 * state is found. With --verify, pages are checked before they are overwritten and all of them
 * in turn (about a third of a processor); a wrong one is told by a line "MISMATCH …", complete
 * rounds through the memory by "VERIFIED <rounds so far>".
 *
 * --hot N   rewrite only the first N mebibytes
 * --same    rewrite them with what they hold already
 * --hz N    N lines a second instead of ten (at most 100)
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { PAGE = 4096, WORDS = PAGE / 8, PAGES_PER_MIB = (1 << 20) / PAGE };

static uint64_t *memory;
static uint64_t pages, hot_pages, writes, mismatches;
static int same;

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* How often a page has been rewritten, given that they are written in turn. */
static uint64_t generation(uint64_t page)
{
	return page < hot_pages && !same ? writes / hot_pages + (page < writes % hot_pages) : 0;
}

static void write_page(uint64_t page, uint64_t gen)
{
	uint64_t *word = memory + page * WORDS, seed = mix(page << 32 ^ gen);

	for (int i = 0; i < WORDS; i++)
		word[i] = mix(seed + i);
}

static void check_page(uint64_t page)
{
	const uint64_t *word = memory + page * WORDS;
	uint64_t gen = generation(page), seed = mix(page << 32 ^ gen);

	for (int i = 0; i < WORDS; i++) {
		if (word[i] == mix(seed + i))
			continue;
		printf("MISMATCH page %" PRIu64 " word %d generation %" PRIu64 "\n", page, i, gen);
		mismatches++;
		write_page(page, gen); /* tell it once */
		return;
	}
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void sleep_until(uint64_t t)
{
	struct timespec at = { .tv_sec = t / 1000000000u, .tv_nsec = t % 1000000000u };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static uint64_t number(const char *text)
{
	char *end;
	double value = text ? strtod(text, &end) : -1;

	if (value < 0 || end == text || *end) {
		fprintf(stderr, "usage: memhog MIB RATE [--verify] [--hot MIB] [--same] [--hz N]\n");
		exit(2);
	}
	return value * 1000;
}

int main(int argc, char **argv)
{
	const uint64_t step = 10000000; /* ns between two bursts of writes */
	uint64_t rate, hz = 10, counter = 0, checked = 0, rounds = 0, rounds_told = 0, due = 0;
	int verify = 0;

	pages = number(argc > 1 ? argv[1] : NULL) * PAGES_PER_MIB / 1000;
	rate = number(argc > 2 ? argv[2] : NULL) * PAGES_PER_MIB / 1000;
	hot_pages = pages;
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "--verify"))
			verify = 1;
		else if (!strcmp(argv[i], "--same"))
			same = 1;
		else if (!strcmp(argv[i], "--hot"))
			hot_pages = number(argv[++i]) * PAGES_PER_MIB / 1000;
		else if (!strcmp(argv[i], "--hz"))
			hz = number(argv[++i]) / 1000;
		else
			number(NULL);
	}
	if (!pages || !hz || hz > 100 || !hot_pages || hot_pages > pages)
		number(NULL);

	setvbuf(stdout, NULL, _IOLBF, 0);
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("memhog: mmap");
		return 1;
	}
	for (uint64_t page = 0; page < pages; page++)
		write_page(page, 0);
	printf("READY %" PRIu64 " MiB\n", pages / PAGES_PER_MIB);

	for (uint64_t next = now(CLOCK_MONOTONIC), line = next;;) {
		uint64_t t = now(CLOCK_MONOTONIC);

		if (t >= line) {
			printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", ++counter, now(CLOCK_REALTIME), t);
			if (rounds != rounds_told)
				printf("VERIFIED %" PRIu64 "\n", rounds_told = rounds);
			line += 1000000000u / hz;
			if (line < t)
				line = t;
		}
		for (due += rate * step; due >= 1000000000u; due -= 1000000000u) {
			uint64_t page = writes % hot_pages;

			if (verify)
				check_page(page);
			write_page(page, generation(page) + !same);
			writes++;
		}
		/* Also when the writes alone take longer than they should. */
		for (uint64_t until = now(CLOCK_MONOTONIC) + step / 4; verify && now(CLOCK_MONOTONIC) < until;) {
			check_page(checked);
			if (++checked == pages) {
				checked = 0;
				rounds++;
			}
		}
		next += step;
		t = now(CLOCK_MONOTONIC);
		if (next < t)
			next = t; /* no catching up after a stop */
		else
			sleep_until(next);
	}
}
