/*
 * Children that execute themselves now and then: everything is new but the process and what the
 * arguments tell. The board lies in a file, as nothing else outlives an exec.
 */
#include "zoo.h"
#include "modes.h"

enum { CHILDREN = 4 };

void executed(int fd, int number, unsigned long long life)
{
	struct field field;
	uint64_t cursor = 0, pages = PAGES_PER_MIB << mix(life << 8 | number) % 4;
	struct slot *slot;
	char arguments[3][24], path[200] = "";

	board_create(fd, 0);
	slot = worker(number);
	same_count(slot, life << 32, "executed process");
	field_open(&field, must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), pages, number, slot);
	slot->count = 0;
	for (uint64_t steps = 20 + mix(life) % 60; steps; steps--) {
		field_write(&field, 16);
		field_round(&field, &cursor, 128);
		rest();
	}
	life++;
	slot->count = life << 32;
	sprintf(arguments[0], "%d", fd);
	sprintf(arguments[1], "%d", number);
	sprintf(arguments[2], "%llu", life);
	if (readlink("/proc/self/exe", path, sizeof path - 1) < 0)
		mismatch("no /proc/self/exe");
	execl(path, "memzoo", "executed", arguments[0], arguments[1], arguments[2], NULL);
	mismatch("exec failed");
}

void exec(void)
{
	struct field field;
	uint64_t cursor = 0;
	int fd = memfd_create("board", 0);

	if (fd < 0 || ftruncate(fd, SLOTS * sizeof(struct slot) + PAGE)) {
		perror("memzoo: memfd_create");
		exit(1);
	}
	board_create(fd, 1);
	for (int i = 1; i <= CHILDREN; i++)
		if (!child())
			executed(fd, i, 0);
	field_open(&field, must_map(NULL, 8 * PAGES_PER_MIB * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1),
		   8 * PAGES_PER_MIB, 0, worker(0));
	for (;; rest()) {
		field_write(&field, 16);
		field_round(&field, &cursor, 128);
		reap();
	}
}
