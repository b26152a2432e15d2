/*
 * Four processes and memory that they share, as PostgreSQL's buffers: each writes its part and
 * checks all of them, under locks that lie in shared memory too. And each has some of its own.
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
	const uint64_t pages = 2 * PAGES_PER_MIB;
	struct field own;
	uint64_t cursors[PROCESSES] = { 0 }, own_cursor = 0;

	field_open(&own, must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), pages,
		   10 + number, worker(PROCESSES + number));
	for (;; rest()) {
		field_write(&own, 16);
		field_round(&own, &own_cursor, 64);
		for (int i = 0; i < PROCESSES; i++) {
			struct field *field = &parts[i].field;

			pthread_mutex_lock(&parts[i].lock);
			if (i == number) {
				field_write(field, 16);
				field_round(field, &cursors[i], 64);
			} else {
				field_check(field, &cursors[i], 32);
			}
			pthread_mutex_unlock(&parts[i].lock);
		}
		reap();
	}
}

void shared(void)
{
	const uint64_t pages = 8 * PAGES_PER_MIB;
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
