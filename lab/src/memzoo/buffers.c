/*
 * Much shared memory, as the buffers of a database: 256 MiB, of which four processes write a little and
 * check a lot. Little of it is written between two looks, so that nearly all can be copied before the move.
 */
#include "zoo.h"
#include "modes.h"

enum { PROCESSES = 4 };

static struct part {
	pthread_mutex_t lock;
	struct field field;
} *parts;

static void work(int number)
{
	struct slot *turns = board_slot(PROCESSES + number);
	uint64_t cursors[PROCESSES] = { 0 };

	/* The turns are counted in memory of this process's own, too. */
	for (uint64_t turn = 0;;) {
		same_count(turns, turn, "turns");
		for (int i = 0; i < PROCESSES; i++) {
			pthread_mutex_lock(&parts[i].lock);
			if (i == number) {
				field_write(&parts[i].field, 4);
				field_round(&parts[i].field, &cursors[i], 192);
			} else {
				field_check(&parts[i].field, &cursors[i], 16);
			}
			pthread_mutex_unlock(&parts[i].lock);
		}
		reap();
		turns->count = ++turn;
		rest();
	}
}

void buffers(void)
{
	const uint64_t pages = 64 * PAGES_PER_MIB;
	pthread_mutexattr_t attributes;
	uint64_t *at = must_map(NULL, PROCESSES * pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);

	parts = must_map(NULL, PROCESSES * sizeof *parts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	for (int i = 0; i < PROCESSES; i++) {
		pthread_mutex_init(&parts[i].lock, &attributes);
		field_open(&parts[i].field, at + i * pages * WORDS, pages, i, worker(i));
	}
	for (int i = 1; i < PROCESSES; i++)
		if (!child())
			work(i);
	work(0);
}
