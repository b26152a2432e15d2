/*
 * A fork storm: brief children inherit memory, change their copy of it, check both and end, while
 * the parent goes on writing; others live a while, two of them for ever.
 */
#include "zoo.h"
#include "modes.h"

#include <sys/prctl.h>

enum { LASTING = 2, FIRST_BRIEF = 8, BRIEF_SLOTS = 112 };

static struct field field;
static uint64_t cursor;

/* From here on the field is the child's own, with a count of its own. */
static void inherit(struct slot *slot)
{
	slot->count = field.writes;
	field.slot = slot;
	field_check(&field, &cursor, 256);
}

static void live(int steps)
{
	while (steps--) {
		field_write(&field, 16);
		field_check(&field, &cursor, 128);
		rest();
	}
	_exit(0);
}

void forks(void)
{
	uint64_t random = 0, number = 0;
	const uint64_t pages = 16 * PAGES_PER_MIB;
	void *at = must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	field_open(&field, at, pages, 1, worker(0));
	for (int i = 1; i <= LASTING; i++) {
		struct slot *slot = worker(i);

		if (child())
			continue;
		inherit(slot);
		for (;; rest()) {
			field_write(&field, 16);
			field_round(&field, &cursor, 128);
		}
	}
	for (uint64_t step = 0;; step++) {
		field_write(&field, 16);
		field_round(&field, &cursor, 128);
		if (step % 5 == 0) {
			/* All of them end long before their slot's turn comes again. */
			int steps = number % 16 == 0 ? 100 : draw(&random, 10);
			struct slot *slot = board_slot(FIRST_BRIEF + number++ % BRIEF_SLOTS);

			if (!child()) {
				prctl(PR_SET_NAME, "brief");
				inherit(slot);
				live(steps);
			}
		}
		reap();
		rest();
	}
}
