/* Eight threads; each has memory of its own, and all write and check the same memory under a lock. */
#include "zoo.h"
#include "modes.h"

enum { THREADS = 8 };

static struct field own[THREADS], common;
static uint64_t common_cursor;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static _Noreturn void *work(void *argument)
{
	struct field *field = argument;
	uint64_t cursor = 0;

	for (;; rest()) {
		field_write(field, 32);
		field_round(field, &cursor, 128);
		pthread_mutex_lock(&lock);
		field_write(&common, 8);
		field_round(&common, &common_cursor, 64);
		pthread_mutex_unlock(&lock);
	}
}

static void *private_memory(uint64_t pages)
{
	return must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

void threads(void)
{
	field_open(&common, private_memory(16 * PAGES_PER_MIB), 16 * PAGES_PER_MIB, THREADS, worker(THREADS));
	for (int i = 0; i < THREADS; i++) {
		field_open(&own[i], private_memory(4 * PAGES_PER_MIB), 4 * PAGES_PER_MIB, i, worker(i));
		thread(work, &own[i], 256 << 10);
	}
	for (;;)
		rest();
}
