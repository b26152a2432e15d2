#include "zoo.h"

static const uint64_t Order = 0x9e3779b1u, Inverse = 0x0e8b2f51u; /* Order * Inverse = 1 (modulo 2^32) */

uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t draw(uint64_t *state, uint64_t below)
{
	return mix(++*state) % below;
}

void *must_map(void *address, size_t size, int protection, int flags, int fd)
{
	void *at = mmap(address, size, protection, flags, fd, 0);

	if (at == MAP_FAILED) {
		perror("memzoo: mmap");
		exit(1);
	}
	return at;
}

void write_words(void *at, size_t size, uint64_t seed)
{
	uint64_t *word = at;

	for (size_t i = 0; i < size / 8; i++)
		word[i] = mix(seed + i);
}

void check_words(const void *at, size_t size, uint64_t seed, const char *what, uint64_t number)
{
	const uint64_t *word = at;

	for (size_t i = 0; i < size / 8; i++)
		if (word[i] != mix(seed + i))
			mismatch("%s %" PRIu64 " at %p word %zu: %016" PRIx64 " instead of %016" PRIx64,
				 what, number, (void *)(word + i), i, word[i], mix(seed + i));
}

void check_zero(const void *at, size_t size, const char *what, uint64_t number)
{
	const uint64_t *word = at;

	for (size_t i = 0; i < size / 8; i++)
		if (word[i])
			mismatch("%s %" PRIu64 " at %p word %zu: %016" PRIx64 " instead of zero",
				 what, number, (void *)(word + i), i, word[i]);
}

void field_open(struct field *field, void *at, uint64_t pages, uint64_t name, struct slot *slot)
{
	*field = (struct field){ .at = at, .pages = pages, .name = name, .slot = slot };
	for (uint64_t page = 0; page < pages; page++)
		field_set(field, page);
}

uint64_t field_next(const struct field *field)
{
	return field->writes * Order & (field->pages - 1);
}

uint64_t field_generation(const struct field *field, uint64_t page)
{
	uint64_t position = page * Inverse & (field->pages - 1);

	return field->writes / field->pages + (position < field->writes % field->pages);
}

static uint64_t seed(const struct field *field, uint64_t page)
{
	return mix(field->name << 56 ^ page << 32 ^ field_generation(field, page));
}

void field_set(struct field *field, uint64_t page)
{
	uint64_t *at = field->at + page * WORDS;

	if (field->zeroes && field_generation(field, page) % 2)
		memset(at, 0, PAGE);
	else
		write_words(at, PAGE, seed(field, page));
}

void field_look(const struct field *field, uint64_t page)
{
	const uint64_t *at = field->at + page * WORDS;

	if (field->zeroes && field_generation(field, page) % 2)
		check_zero(at, PAGE, "page", page);
	else
		check_words(at, PAGE, seed(field, page), "page", page);
}

void field_write(struct field *field, uint64_t count)
{
	same_count(field->slot, field->writes, "field");
	while (count--) {
		uint64_t page = field_next(field);

		field_look(field, page);
		field->writes++;
		field_set(field, page);
	}
	field->slot->count = field->writes;
}

int field_check(struct field *field, uint64_t *cursor, uint64_t count)
{
	int complete = 0;

	same_count(field->slot, field->writes, "field");
	while (count--) {
		field_look(field, *cursor);
		*cursor = (*cursor + 1) & (field->pages - 1);
		complete |= !*cursor;
	}
	return complete;
}

void field_round(struct field *field, uint64_t *cursor, uint64_t count)
{
	if (field_check(field, cursor, count))
		field->slot->rounds++;
}
