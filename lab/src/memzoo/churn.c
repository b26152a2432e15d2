/*
 * Mappings come and go: of random sizes, at the same addresses again and again, over others or in
 * holes; parts are given back, written anew, protected, and still there when they are opened again.
 */
#include "zoo.h"
#include "modes.h"

enum { PLOTS = 64, PLOT_PAGES = 256, PARTS = 4 };

/* A stretch of addresses with one mapping somewhere in it. */
struct plot {
	enum { GONE, OPEN, READ_ONLY, CLOSED } state;
	uint64_t first, pages;      /* a multiple of PARTS */
	uint64_t written_by[PARTS]; /* by which operation each part was written; 0: it is all zero */
};

static struct plot plots[PLOTS];
static char *arena;
static uint64_t operations, random_state;
static int pipe_ends[2];

static char *page_of(const struct plot *plot, uint64_t page)
{
	return arena + ((plot - plots) * PLOT_PAGES + page) * PAGE;
}

static char *begin(const struct plot *plot)
{
	return page_of(plot, plot->first);
}

/* The kernel is asked: it answers EFAULT where a process would get a signal. */
static int is_readable(const char *at)
{
	char byte;

	return write(pipe_ends[1], at, 1) == 1 && read(pipe_ends[0], &byte, 1) == 1;
}

static int is_writable(char *at)
{
	char byte = *at;

	if (write(pipe_ends[1], &byte, 1) != 1)
		mismatch("write to a pipe");
	return read(pipe_ends[0], at, 1) == 1 || read(pipe_ends[0], &byte, 1) != 1;
}

static void must_protect(const struct plot *plot, int protection)
{
	if (mprotect(begin(plot), plot->pages * PAGE, protection))
		mismatch("mprotect of plot %zd", plot - plots);
}

static void write_part(struct plot *plot, int part)
{
	uint64_t pages = plot->pages / PARTS;

	plot->written_by[part] = operations;
	for (uint64_t page = part * pages; page < (part + 1) * pages; page++)
		write_words(begin(plot) + page * PAGE, PAGE, mix(operations << 16 ^ page));
}

static void check(struct plot *plot)
{
	uint64_t pages = plot->pages / PARTS;

	if (plot->state == GONE) {
		if (is_readable(page_of(plot, draw(&random_state, PLOT_PAGES))))
			mismatch("plot %zd is mapped", plot - plots);
		return;
	}
	if (is_readable(page_of(plot, plot->first + plot->pages)) || (plot->first && is_readable(page_of(plot, plot->first - 1))))
		mismatch("plot %zd is larger than it was", plot - plots);
	if (plot->state == CLOSED) {
		if (is_readable(begin(plot)))
			mismatch("plot %zd is open", plot - plots);
		must_protect(plot, PROT_READ);
	}
	for (uint64_t page = 0; page < plot->pages; page++) {
		uint64_t by = plot->written_by[page / pages];

		if (by)
			check_words(begin(plot) + page * PAGE, PAGE, mix(by << 16 ^ page), "page", page);
		else
			check_zero(begin(plot) + page * PAGE, PAGE, "page", page);
	}
	if (plot->state != OPEN && is_writable(begin(plot)))
		mismatch("plot %zd may be written", plot - plots);
	if (plot->state == CLOSED)
		must_protect(plot, PROT_NONE);
}

/* In place of whatever is there. */
static void map(struct plot *plot)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	plot->pages = PARTS * (1 + draw(&random_state, PLOT_PAGES / PARTS - 2));
	plot->first = draw(&random_state, PLOT_PAGES - plot->pages);
	plot->state = OPEN;
	memset(plot->written_by, 0, sizeof plot->written_by);
	if (operations % 2) {
		munmap(page_of(plot, 0), PLOT_PAGES * PAGE);
		must_map(begin(plot), plot->pages * PAGE, PROT_READ | PROT_WRITE, flags, -1);
	} else {
		/* With guard pages around it. */
		must_map(page_of(plot, 0), PLOT_PAGES * PAGE, PROT_NONE, flags, -1);
		must_protect(plot, PROT_READ | PROT_WRITE);
	}
	check(plot);
	for (int part = 0; part < PARTS; part++)
		write_part(plot, part);
}

static void change(struct plot *plot)
{
	int part = draw(&random_state, PARTS);

	switch (plot->state == GONE ? 0 : draw(&random_state, 8)) {
	case 0:
		map(plot);
		break;
	case 1:
		munmap(page_of(plot, 0), PLOT_PAGES * PAGE);
		plot->state = GONE;
		break;
	case 2:
		must_protect(plot, PROT_NONE);
		plot->state = CLOSED;
		break;
	case 3:
		must_protect(plot, PROT_READ);
		plot->state = READ_ONLY;
		break;
	case 4:
		madvise(begin(plot) + part * plot->pages / PARTS * PAGE, plot->pages / PARTS * PAGE, MADV_DONTNEED);
		plot->written_by[part] = 0;
		break;
	default:
		must_protect(plot, PROT_READ | PROT_WRITE);
		plot->state = OPEN;
		write_part(plot, part);
	}
}

void churn(void)
{
	struct slot *slot = worker(0);
	uint64_t checked = 0;

	/* With a little around it that never changes, so that nothing else comes to lie next to the plots. */
	arena = must_map(NULL, (PLOTS + 2) * PLOT_PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	arena += PLOT_PAGES * PAGE;
	if (pipe(pipe_ends) || fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK))
		mismatch("pipe");
	for (;; rest()) {
		for (int i = 0; i < 3; i++) {
			same_count(slot, operations, "churn");
			operations++;
			change(&plots[draw(&random_state, PLOTS)]);
			slot->count = operations;
		}
		for (int i = 0; i < 4; i++) {
			check(&plots[checked]);
			checked = (checked + 1) % PLOTS;
			slot->rounds += !checked;
		}
	}
}
