/* Memory that is locked: as much as the process may, at most 16 MiB; half of it on its first use. */
#include "zoo.h"
#include "modes.h"

#include <sys/resource.h>

void locked(void)
{
	const uint64_t pages = 16 * PAGES_PER_MIB;
	struct field field;
	struct rlimit limit;
	uint64_t cursor = 0, size = pages * PAGE;
	char *at = must_map(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_cur < size)
		size = limit.rlim_cur & -(2l * PAGE);
	if (!size || mlock(at, size / 2) || mlock2(at + size / 2, size / 2, MLOCK_ONFAULT)) {
		perror("memzoo: mlock");
		exit(1);
	}
	field_open(&field, at, pages, 1, worker(0));
	for (;; rest()) {
		field_write(&field, 16);
		field_round(&field, &cursor, 256);
	}
}
