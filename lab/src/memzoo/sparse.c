/*
 * Very many addresses and very little memory: a tebibyte that is reserved and of which some pages
 * were opened (Go, Java and V8 do that), and 64 gibibytes that are open but hardly used.
 */
#include "zoo.h"
#include "modes.h"

enum { SPOTS = 128 };

static const uint64_t reserved_size = 1ull << 40, open_size = 1ull << 36;

/* Has the field lie such that this page of it is in its place. */
static void at_page(struct field *field, char *base, uint64_t size, uint64_t page)
{
	char *spot = base + page * (size / SPOTS) + mix(page) % 1000 * PAGE;

	field->at = (uint64_t *)spot - page * WORDS;
}

void sparse(void)
{
	const uint64_t sizes[] = { reserved_size, open_size };
	struct field fields[2] = { { .pages = SPOTS, .name = 1, .slot = worker(0) }, { .pages = SPOTS, .name = 2, .slot = worker(1) } };
	uint64_t cursors[2] = { 0 };
	char *bases[2];

	for (int i = 0; i < 2; i++) {
		bases[i] = must_map(NULL, sizes[i], i ? PROT_READ | PROT_WRITE : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
		for (uint64_t page = 0; page < SPOTS; page++) {
			at_page(&fields[i], bases[i], sizes[i], page);
			if (mprotect(fields[i].at + page * WORDS, PAGE, PROT_READ | PROT_WRITE))
				mismatch("mprotect of page %" PRIu64, page);
			field_set(&fields[i], page);
		}
	}
	for (;; rest())
		for (int i = 0; i < 2; i++) {
			at_page(&fields[i], bases[i], sizes[i], field_next(&fields[i]));
			field_write(&fields[i], 1);
			for (int j = 0; j < 16; j++) {
				at_page(&fields[i], bases[i], sizes[i], cursors[i]);
				field_round(&fields[i], &cursors[i], 1);
			}
		}
}
