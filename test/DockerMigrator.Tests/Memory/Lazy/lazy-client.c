/*
 * lazy-client SOCKET SCENARIO SEED
 *
 * What a process is to the server of a lazy restore: memory at a fixed place, registered with a userfaultfd that is handed over
 * as CRIU does it. Then the process does to its memory what programs do, and compares every byte with what must be there.
 *
 * Of the PAGES pages from BASE on, page p was stored as "original": words that follow from p and the word's number; but every
 * seventh is known as zeros, and every eleventh was never there. Both read as zeros.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, WORDS = PAGE / 8, PAGES = 4096, FINISHED = 0x52535446 };
enum state { NOWHERE, ZERO, ORIGINAL, WRITTEN };

#define BASE 0x100000000000ul

/* Room for the memory and as much again to move it to. */
static struct { enum state state; uint64_t value; } model[2 * PAGES];
static unsigned seed;

static void die(const char *what)
{
	fprintf(stderr, "lazy-client: %s: %s\n", what, strerror(errno));
	_exit(2);
}

static unsigned random_below(unsigned limit) { return (unsigned)rand_r(&seed) % limit; }

static uint64_t *at(unsigned page) { return (uint64_t *)(BASE + (uint64_t)page * PAGE); }

static enum state first_state(unsigned page) { return page % 7 == 0 || page % 11 == 0 ? ZERO : ORIGINAL; }

static uint64_t word_of(uint64_t value, unsigned word) { return (value + 1) * 0x9e3779b97f4a7c15ul + word; }

static void check(unsigned page)
{
	const uint64_t *word = at(page);

	if (model[page].state == NOWHERE)
		return;
	for (unsigned i = 0; i < WORDS; i++) {
		uint64_t want = model[page].state == ZERO ? 0 : word_of(model[page].value, i);

		if (word[i] != want) {
			fprintf(stderr, "lazy-client: page %u word %u is %lx, not %lx (state %d)\n", page, i, word[i], want, model[page].state);
			_exit(1);
		}
	}
}

static void check_all(void)
{
	for (unsigned page = 0; page < 2 * PAGES; page++)
		check(page);
}

static void write_page(unsigned page)
{
	uint64_t value = 1000000 + random_below(1000000);

	if (model[page].state == NOWHERE)
		return;
	/* A part first: what is not overwritten must have come. */
	at(page)[0] = word_of(value, 0);
	for (unsigned i = 1; i < WORDS; i++) {
		uint64_t want = model[page].state == ZERO ? 0 : word_of(model[page].value, i);

		if (at(page)[i] != want) {
			fprintf(stderr, "lazy-client: written page %u word %u is %lx, not %lx\n", page, i, at(page)[i], want);
			_exit(1);
		}
		at(page)[i] = word_of(value, i);
	}
	model[page].state = WRITTEN;
	model[page].value = value;
}

static void remove_pages(unsigned page, unsigned count)
{
	for (unsigned i = page; i < page + count; i++)
		if (model[i].state == NOWHERE)
			return;
	if (madvise(at(page), (size_t)count * PAGE, MADV_DONTNEED))
		die("madvise");
	for (unsigned i = page; i < page + count; i++)
		model[i].state = ZERO;
}

static void unmap_pages(unsigned page, unsigned count)
{
	if (munmap(at(page), (size_t)count * PAGE))
		die("munmap");
	for (unsigned i = page; i < page + count; i++)
		model[i].state = NOWHERE;
}

/* Only then mremap moves all or nothing. */
static int is_one_mapping(unsigned page, unsigned count)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	uint64_t start, end;
	char line[512];
	int found = 0;

	while (!found && maps && fgets(line, sizeof(line), maps))
		found = sscanf(line, "%lx-%lx", &start, &end) == 2 && start <= (uint64_t)at(page) && end >= (uint64_t)at(page + count);
	if (!maps)
		die("maps");
	fclose(maps);
	return found;
}

static void move_pages(unsigned from, unsigned to, unsigned count)
{
	void *moved;

	if (!is_one_mapping(from, count))
		return;

	for (unsigned i = 0; i < count; i++)
		if (model[from + i].state == NOWHERE || (from + i >= to && from + i < to + count))
			return;
	moved = mremap(at(from), (size_t)count * PAGE, (size_t)count * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(to));
	if (moved != at(to))
		die("mremap");
	for (unsigned i = 0; i < count; i++) {
		model[to + i] = model[from + i];
		model[from + i].state = NOWHERE;
	}
}

/* Divides mappings. */
static void protect_pages(unsigned page, unsigned count)
{
	for (unsigned i = page; i < page + count; i++)
		if (model[i].state == NOWHERE)
			return;
	if (mprotect(at(page), (size_t)count * PAGE, PROT_READ) || mprotect(at(page), (size_t)count * PAGE, PROT_READ | PROT_WRITE))
		die("mprotect");
	/* Something that stays. */
	if (random_below(2) && madvise(at(page), (size_t)count * PAGE, random_below(2) ? MADV_NOHUGEPAGE : MADV_SEQUENTIAL))
		die("madvise");
}

static void wait_for_child(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "lazy-client: a child ended with %x\n", status);
		_exit(1);
	}
}

static void mix(unsigned steps, int depth);

static void fork_child(int depth)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (random_below(3) == 0)
			execl("/bin/true", "true", NULL);
		if (random_below(2))
			mix(40, depth + 1);
		check_all();
		_exit(0);
	}
	if (random_below(2)) {
		mix(5, depth + 1);
		check(random_below(2 * PAGES));
	}
	wait_for_child(pid);
}

static void mix(unsigned steps, int depth)
{
	for (unsigned step = 0; step < steps; step++) {
		unsigned page = random_below(2 * PAGES), count = 1 + random_below(random_below(8) ? 8 : 512);

		if (page + count > 2 * PAGES)
			continue;
		switch (random_below(12)) {
		case 0: case 1: case 2: check(page); break;
		case 3: case 4: case 5: write_page(page); break;
		case 6: remove_pages(page, count); break;
		case 7: if (random_below(4) == 0) unmap_pages(page, count); break;
		case 8: move_pages(page, random_below(2 * PAGES - count), count); break;
		case 9: protect_pages(page, count); break;
		case 10: if (depth < 2 && random_below(4) == 0) fork_child(depth); break;
		case 11: usleep(random_below(300)); break;
		}
	}
}

static void *read_at_random(void *argument)
{
	unsigned own = (unsigned)(uintptr_t)argument;

	for (unsigned i = 0; i < 2 * PAGES; i++)
		check((unsigned)rand_r(&own) % PAGES);
	return NULL;
}

static int hand_over(const char *path, int uffd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), pid = 7, zombie = -8;
	char byte = 0;
	union { char buffer[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = { { 0 } };
	struct iovec vector = { &byte, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.buffer, .msg_controllen = sizeof(control.buffer) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (sock < 0 || connect(sock, (struct sockaddr *)&address, sizeof(address)))
		die(path);
	if (send(sock, &zombie, sizeof(zombie), 0) < 0 || send(sock, &pid, sizeof(pid), 0) < 0)
		die("send");
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &uffd, sizeof(int));
	if (sendmsg(sock, &message, 0) < 0)
		die("sendmsg");
	return sock;
}

int main(int argc, char **argv)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_REMOVE | UFFD_FEATURE_EVENT_UNMAP };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING, .range = { BASE, (uint64_t)PAGES * PAGE } };
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK), sock, finished = FINISHED;
	const char *scenario = argc > 3 ? argv[2] : "";

	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api))
		die("userfaultfd");
	seed = atoi(argv[3]);
	sock = hand_over(argv[1], uffd);
	/* CRIU maps and registers after it has handed over. */
	if (mmap((void *)BASE, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)BASE)
		die("mmap");
	if (ioctl(uffd, UFFDIO_REGISTER, &reg))
		die("register");
	close(uffd);
	for (unsigned page = 0; page < PAGES; page++) {
		model[page].state = first_state(page);
		model[page].value = page;
	}

	check(3); /* a fault before the end */
	if (!strcmp(scenario, "abort"))
		return 0;
	if (!strcmp(scenario, "die")) {
		if (send(sock, &finished, sizeof(finished), 0) < 0)
			die("send");
		raise(SIGKILL);
	}
	if (!strcmp(scenario, "early"))
		check_all();
	if (send(sock, &finished, sizeof(finished), 0) < 0)
		die("send");
	close(sock);

	if (!strcmp(scenario, "threads")) {
		pthread_t threads[8];

		for (uintptr_t i = 0; i < 8; i++)
			pthread_create(&threads[i], NULL, read_at_random, (void *)(i + 100 * seed));
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], NULL);
	} else if (!strcmp(scenario, "fork")) {
		for (int i = 0; i < 20; i++)
			fork_child(2);
	} else if (!strcmp(scenario, "idle")) {
		usleep(300000);
	} else if (!strcmp(scenario, "mix")) {
		mix(600, 0);
	}
	check_all();
	return 0;
}
