/* Memory that mremap grows, shrinks and moves. */
#include "zoo.h"
#include "modes.h"

enum { REGIONS = 16, MOST_PAGES = 1024, PLACES = 2 * REGIONS };

static struct region {
	struct field field; /* of MOST_PAGES, of which only the first are there */
	uint64_t pages, cursor;
} regions[REGIONS];

static char *arena; /* places to move to; those that are free are reserved */
static struct region *in_place[PLACES];
static uint64_t random_state;

static char *place(int number)
{
	return arena + (uint64_t)number * MOST_PAGES * PAGE;
}

/* Addresses that a region has left: those of the arena must not be taken by anything else. */
static void leave(void *at, uint64_t pages)
{
	if (!pages)
		return;
	if ((char *)at < arena || (char *)at >= place(PLACES))
		munmap(at, pages * PAGE);
	else
		must_map(at, pages * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
}

static void *must_remap(struct region *region, uint64_t pages, int flags, void *to)
{
	void *at = mremap(region->field.at, region->pages * PAGE, pages * PAGE, flags, to);

	if (at == MAP_FAILED)
		mismatch("mremap of region %zd", region - regions);
	return at;
}

static void moved(struct region *region, void *at)
{
	region->field.at = at;
	for (int i = 0; i < PLACES; i++)
		if (in_place[i] == region && (char *)at != place(i))
			in_place[i] = NULL;
}

static void resize(struct region *region, uint64_t pages)
{
	uint64_t *old = region->field.at, *at = must_remap(region, pages, MREMAP_MAYMOVE, NULL);

	if (at != old)
		leave(old, region->pages);
	else if (pages < region->pages)
		leave(old + pages * WORDS, region->pages - pages);
	moved(region, at);
	for (uint64_t page = region->pages; page < pages; page++) {
		check_zero(at + page * WORDS, PAGE, "new page", page);
		field_set(&region->field, page);
	}
	region->pages = pages;
}

static void move_to_a_place(struct region *region)
{
	int to = draw(&random_state, PLACES);
	void *old = region->field.at;

	while (in_place[to])
		to = (to + 1) % PLACES;
	must_remap(region, region->pages, MREMAP_MAYMOVE | MREMAP_FIXED, place(to));
	leave(old, region->pages);
	in_place[to] = region;
	moved(region, place(to));
}

/* The pages go, the mapping stays. */
static void move_out_of(struct region *region)
{
	void *old = region->field.at, *at = must_remap(region, region->pages, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);

	check_zero(old, region->pages * PAGE, "left by region", region - regions);
	leave(old, region->pages);
	moved(region, at);
}

static void write_some(struct region *region, int count)
{
	struct field *field = &region->field;

	same_count(field->slot, field->writes, "region");
	while (count--) {
		uint64_t page = field_next(field);

		if (page < region->pages)
			field_look(field, page);
		field->writes++;
		if (page < region->pages)
			field_set(field, page);
	}
	field->slot->count = field->writes;
}

static void check_some(struct region *region, int count)
{
	while (count--) {
		if (region->cursor >= region->pages) {
			region->cursor = 0;
			region->field.slot->rounds++;
		}
		field_look(&region->field, region->cursor++);
	}
}

void remap(void)
{
	arena = must_map(NULL, (uint64_t)PLACES * MOST_PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	for (int i = 0; i < REGIONS; i++) {
		struct region *region = &regions[i];

		region->pages = 1 + draw(&random_state, MOST_PAGES);
		field_open(&region->field, must_map(NULL, region->pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1),
			   0, i, worker(i));
		region->field.pages = MOST_PAGES;
		for (uint64_t page = 0; page < region->pages; page++)
			field_set(&region->field, page);
	}
	for (uint64_t step = 0;; step++) {
		struct region *region = &regions[draw(&random_state, REGIONS)];

		if (step % 5 == 0)
			resize(region, 1 + draw(&random_state, MOST_PAGES));
		if (step % 5 == 2)
			move_to_a_place(region);
		if (step % 10 == 4)
			move_out_of(region);
		for (int i = 0; i < REGIONS; i++) {
			write_some(&regions[i], 2);
			check_some(&regions[i], 32);
		}
		rest();
	}
}
