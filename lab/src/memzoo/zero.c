/* Pages that become zero and non-zero again; zero by writing or by giving them back. */
#include "zoo.h"
#include "modes.h"

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
	uint64_t cursor = 0;

	for (uint64_t page = 0; page < pages; page++)
		field_set(&field, page);
	for (;; rest()) {
		for (int i = 0; i < 64; i++) {
			uint64_t page = field_next(&field);

			field_write(&field, 1);
			if (field_generation(&field, page) % 2 && page % 4 == 0)
				madvise(field.at + page * WORDS, PAGE, MADV_DONTNEED);
		}
		field_round(&field, &cursor, 256);
	}
}
