/*
 * Deep recursion, of the main thread and three others: the deeper the longer it rests there, and on
 * the way back each frame must be what it was.
 */
#include "zoo.h"
#include "modes.h"

enum { THREADS = 4, FRAME = 3072, DEEPEST = 1500 }; /* some 4.5 MiB */

struct climber {
	struct slot *slot;
	uint64_t number, frames;
};

static __attribute__((noinline)) void descend(struct climber *climber, int levels)
{
	uint64_t frame[FRAME / 8], seed = mix(climber->number << 56 ^ climber->frames++);

	write_words(frame, FRAME, seed);
	same_count(climber->slot, climber->frames - 1, "stack");
	climber->slot->count = climber->frames;
	if (levels % 100 == 0)
		rest();
	if (levels)
		descend(climber, levels - 1);
	if (levels % 100 == 0)
		rest();
	check_words(frame, FRAME, seed, "frame", levels);
}

static _Noreturn void *climb(void *argument)
{
	struct climber climber = { .slot = argument, .number = (struct slot *)argument - board_slot(0) };

	for (uint64_t random = climber.number;; climber.slot->rounds++)
		descend(&climber, DEEPEST / 2 + draw(&random, DEEPEST / 2));
}

void stack(void)
{
	for (int i = 1; i < THREADS; i++)
		thread(climb, worker(i), 8 << 20);
	climb(worker(0));
}
