/*
 * A heap that grows all the time by blocks of all sizes, of which some are freed again; at 48 MiB
 * everything is freed, and it begins anew.
 */
#include "zoo.h"
#include "modes.h"

#include <malloc.h>

static const size_t limit = 48 << 20;

static struct block {
	struct block *next;
	uint64_t number, size;
	uint64_t words[];
} *first;

static uint64_t allocations, total;
static struct slot *slot;

static void add(void)
{
	/* Most of them small; those above 128 KiB have a mapping of their own. */
	uint64_t random = allocations << 8, size = draw(&random, 16) ? draw(&random, 16 << 10) : draw(&random, 256 << 10);
	struct block *block = malloc(sizeof *block + size);

	if (!block)
		mismatch("malloc failed");
	*block = (struct block){ .next = first, .number = allocations, .size = size };
	write_words(block->words, size, mix(block->number));
	first = block;
	total += size;
	slot->count = ++allocations;
}

static void check(const struct block *block)
{
	check_words(block->words, block->size, mix(block->number), "block", block->number);
}

/* Goes through all of them; frees one in so many. */
static void go_through(int one_in, uint64_t round)
{
	int looked_at = 0;

	for (struct block **link = &first; *link; ) {
		struct block *block = *link;

		check(block);
		if (mix(block->number ^ round << 32) % one_in == 0) {
			*link = block->next;
			total -= block->size;
			free(block);
		} else {
			link = &block->next;
		}
		if (++looked_at % 128 == 0)
			rest();
	}
}

void growing(void)
{
	slot = worker(0);
	for (uint64_t round = 0;; round++) {
		for (int i = 0; i < 300; i++) {
			same_count(slot, allocations, "heap");
			add();
			if (i % 15 == 0)
				rest();
		}
		go_through(total > limit ? 1 : 16, round);
		if (!first)
			malloc_trim(0);
		slot->rounds++;
	}
}
