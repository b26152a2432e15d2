/*
 * A memfd that two processes map; it is written through both mappings and by pwrite, and looked at by
 * pread, too. And each has a private mapping of another one, which nobody writes but itself.
 */
#include "zoo.h"
#include "modes.h"

static const uint64_t pages = 16 * PAGES_PER_MIB, private_pages = 4 * PAGES_PER_MIB;

static struct common {
	pthread_mutex_t lock;
	struct field field;
} *common;

static int fd;

static int file(const char *name, uint64_t file_pages)
{
	int new = memfd_create(name, MFD_CLOEXEC);

	if (new < 0 || ftruncate(new, file_pages * PAGE))
		mismatch("memfd_create failed");
	return new;
}

/* The next page by pwrite, and the one after that is looked at by pread. */
static void through_the_file(struct field *field)
{
	static uint64_t buffer[WORDS];
	uint64_t page = field_next(field);
	struct field copy = *field;

	copy.writes++;
	copy.at = buffer - page * WORDS;
	field_set(&copy, page);
	if (pwrite(fd, buffer, PAGE, page * PAGE) != PAGE)
		mismatch("pwrite of page %" PRIu64, page);
	field->slot->count = ++field->writes;
	page = field_next(field);
	if (pread(fd, buffer, PAGE, page * PAGE) != PAGE)
		mismatch("pread of page %" PRIu64, page);
	copy.writes = field->writes;
	copy.at = buffer - page * WORDS;
	field_look(&copy, page);
}

static void work(int number)
{
	int private_fd = file("memzoo-private", private_pages);
	struct field own;
	uint64_t cursor = 0, own_cursor = 0;
	uint64_t *at = must_map(NULL, private_pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, private_fd);

	/* What the file holds, and then what only the private mapping does. */
	field_open(&own, at, private_pages, number, worker(number));
	munmap(at, private_pages * PAGE);
	own.at = must_map(NULL, private_pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, private_fd);
	for (;; rest()) {
		field_write(&own, 4);
		field_round(&own, &own_cursor, 64);
		pthread_mutex_lock(&common->lock);
		field_write(&common->field, 16);
		for (int i = 0; i < 8; i++)
			through_the_file(&common->field);
		field_round(&common->field, &cursor, 128);
		pthread_mutex_unlock(&common->lock);
		reap();
	}
}

void memfd(void)
{
	pthread_mutexattr_t attributes;

	fd = file("memzoo", pages);
	common = must_map(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&common->lock, &attributes);
	field_open(&common->field, must_map(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd), pages, 2, worker(2));
	if (!child())
		work(1);
	work(0);
}
