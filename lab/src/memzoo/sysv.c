/*
 * System V shared memory. One segment, whose size is no whole number of pages, is attached to three
 * processes, which write and check all of its last page, too, behind the segment's end. To another one
 * a process is attached only now and then, so that there are times when it belongs to nobody.
 */
#include "zoo.h"
#include "modes.h"
#include <sys/shm.h>

enum { PROCESSES = 3 };

static const uint64_t pages = 8 * PAGES_PER_MIB, visited_pages = 2 * PAGES_PER_MIB;

static struct common {
	pthread_mutex_t lock;
	struct field field, visited;
	int visited_id;
} *common;

static void *attach(int id)
{
	void *at = shmat(id, NULL, 0);

	if (at == (void *)-1)
		mismatch("shmat of segment %d failed", id);
	return at;
}

static int create(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);

	if (id < 0)
		mismatch("shmget failed");
	return id;
}

static void visit(uint64_t *cursor)
{
	struct field *field = &common->visited;

	field->at = attach(common->visited_id);
	field_write(field, 16);
	field_round(field, cursor, 32);
	shmdt(field->at);
}

static void work(int number)
{
	struct slot *turns = board_slot(PROCESSES + number);
	uint64_t cursor = 0, visited_cursor = 0;

	/* The turns are counted in memory of this process's own, too. */
	for (uint64_t turn = 0;;) {
		same_count(turns, turn, "turns");
		pthread_mutex_lock(&common->lock);
		field_write(&common->field, 16);
		if (number == 0)
			field_round(&common->field, &cursor, 128);
		else
			field_check(&common->field, &cursor, 128);
		if (turn % 4 == 0 && number == 0)
			visit(&visited_cursor);
		pthread_mutex_unlock(&common->lock);
		reap();
		turns->count = ++turn;
		rest();
	}
}

void sysv(void)
{
	pthread_mutexattr_t attributes;

	common = must_map(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&common->lock, &attributes);
	field_open(&common->field, attach(create(pages * PAGE - 96)), pages, 1, worker(0));
	common->visited_id = create(visited_pages * PAGE);
	field_open(&common->visited, attach(common->visited_id), visited_pages, 2, worker(1));
	shmdt(common->visited.at);
	for (int i = 1; i < PROCESSES; i++)
		if (!child())
			work(i);
	work(0);
}
