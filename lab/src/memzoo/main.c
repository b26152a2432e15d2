/*
 * memzoo MODE
 *
 * Programs that use memory in one of many ways, and verify all the time that it holds what it must,
 * by a rule as in memhog: what a page holds follows from its number and from a count of writes. The
 * count is kept twice, in private and in shared memory, so that memory which is consistent but too
 * old is found as well.
 *
 * Prints 0, 1, 2, … ten times a second, and on standard error "VERIFIED <n>" after complete rounds
 * through everything, and "MISMATCH …" for the first thing wrong, whereupon it ends with status 1.
 *
 * A process that must not be the same after a while is called "brief" (/proc/PID/comm).
 */
#include "zoo.h"
#include "modes.h"

static const struct { const char *name; void (*run)(void); } modes[] = {
	{ "threads", threads }, { "forks", forks },   { "churn", churn },   { "remap", remap },
	{ "shared", shared },   { "memfd", memfd },   { "huge", huge },     { "tree", tree },
	{ "exec", exec },       { "sparse", sparse }, { "locked", locked }, { "zero", zero },
	{ "stack", stack },     { "growing", growing }, { "sysv", sysv },     { "buffers", buffers },
};

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "executed"))
		executed(atoi(argv[2]), atoi(argv[3]), strtoull(argv[4], NULL, 10));
	for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; i++) {
		if (strcmp(argv[1], modes[i].name))
			continue;
		if (modes[i].run != exec)
			board_create(-1, 1);
		modes[i].run();
	}
	fprintf(stderr, "usage: memzoo");
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		fprintf(stderr, "%c%s", i ? '|' : ' ', modes[i].name);
	fprintf(stderr, "\n");
	return 2;
}
