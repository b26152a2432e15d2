/* Huge pages; now and then single pages of them are given back, which splits them. */
#include "zoo.h"
#include "modes.h"

enum { HUGE = 2 << 20 };

void huge(void)
{
	const uint64_t pages = 64 * PAGES_PER_MIB;
	struct field field;
	uint64_t cursor = 0;
	char *at = must_map(NULL, pages * PAGE + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	at += -(uintptr_t)at & (HUGE - 1);
	madvise(at, pages * PAGE, MADV_HUGEPAGE);
	field_open(&field, at, pages, 1, worker(0));
	for (uint64_t step = 0;; step++) {
		field_write(&field, 16);
		field_round(&field, &cursor, 512);
		if (step % 16 == 0) {
			uint64_t page = mix(step) % pages;

			madvise(at + page * PAGE, PAGE, MADV_DONTNEED);
			check_zero(at + page * PAGE, PAGE, "page given back", page);
			field_set(&field, page);
		}
		rest();
	}
}
