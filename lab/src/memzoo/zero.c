/* Pages that become zero and non-zero again; zero by writing, by giving them back, or by the kernel's taking them. */
#include "zoo.h"
#include "modes.h"

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08 /* Linux 6.11 */
#endif

enum { DROPPABLE_PAGES = 64 };

/* Pages that the kernel may drop, as a migration does: each is as it was written, or zero. */
static void look_at_droppable(uint64_t *at, uint64_t page)
{
	at += page * WORDS;
	if (!*at)
		check_zero(at, PAGE, "droppable page", page);
	else
		check_words(at, PAGE, page, "droppable page", page);
	write_words(at, PAGE, page);
}

void zero(void)
{
	const uint64_t pages = 32 * PAGES_PER_MIB;
	struct field field = {
		.at = must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1),
		.pages = pages,
		.name = 1,
		.zeroes = 1,
		.slot = worker(0),
	};
	uint64_t cursor = 0, dropped = 0;
	void *droppable = mmap(NULL, DROPPABLE_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);

	for (uint64_t page = 0; page < pages; page++)
		field_set(&field, page);
	for (;; rest()) {
		for (int i = 0; i < 64; i++) {
			uint64_t page = field_next(&field);

			field_write(&field, 1);
			if (field_generation(&field, page) % 2 && page % 4 == 0)
				madvise(field.at + page * WORDS, PAGE, MADV_DONTNEED);
		}
		if (droppable != MAP_FAILED)
			look_at_droppable(droppable, dropped++ % DROPPABLE_PAGES);
		field_round(&field, &cursor, 256);
	}
}
