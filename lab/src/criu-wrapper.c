/*
 * Stands in criu's place in a lab host and starts the real one with the mend preloaded
 * (see criu-rlimit.c). An LD_PRELOAD that is already set stays in the chain, before the mend.
 *
 * Lab only.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL "/usr/lib/docker-migrator-lab/criu"
#define MEND "/usr/lib/docker-migrator-lab/criu-rlimit.so"

int main(int argc, char **argv)
{
	const char *preload = getenv("LD_PRELOAD");
	char *chain = MEND;

	(void)argc;
	if (preload && *preload && !strstr(preload, MEND) &&
	    asprintf(&chain, "%s:%s", preload, MEND) < 0)
		return 127;
	if (!preload || !strstr(preload, MEND))
		setenv("LD_PRELOAD", chain, 1);
	execv(REAL, argv);
	perror(REAL);
	return 127;
}
