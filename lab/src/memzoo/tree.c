/* 64 processes in three levels, each with a few pages of its own and a few inherited ones. */
#include "zoo.h"
#include "modes.h"

enum { CHILDREN = 7, GRANDCHILDREN = 8, PAGES = 16 };

static void open_own(struct field *field, int number)
{
	field_open(field, must_map(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), PAGES, number,
		   worker(number));
}

void tree(void)
{
	struct field fields[3]; /* what the processes above wrote stays as it was when they forked */
	uint64_t cursor = 0;
	int level = 0, number = 0;

	open_own(&fields[0], 0);
	for (int i = 0; level < 2 && i < (level ? GRANDCHILDREN : CHILDREN); i++) {
		int next = level ? CHILDREN + (number - 1) * GRANDCHILDREN + i + 1 : i + 1;

		if (child())
			continue;
		number = next;
		open_own(&fields[++level], number);
		i = -1;
	}
	for (;; rest_for(level ? 50 : 10)) {
		field_write(&fields[level], 2);
		field_round(&fields[level], &cursor, PAGES / 2);
		for (int i = 0; i < level; i++)
			for (int page = 0; page < PAGES; page++)
				field_look(&fields[i], page);
		reap();
	}
}
