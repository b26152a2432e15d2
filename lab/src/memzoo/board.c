#include "zoo.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>

static struct board {
	_Atomic int failed;
	struct slot slots[SLOTS];
} *board;

static pid_t main_thread;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* In one piece, whoever else is printing. */
static void print(int fd, const char *line, int length)
{
	if (write(fd, line, length) != length)
		_exit(1);
}

void mismatch(const char *format, ...)
{
	char line[400];
	int length = snprintf(line, sizeof line, "MISMATCH process %d: ", getpid());
	va_list arguments;

	va_start(arguments, format);
	length += vsnprintf(line + length, sizeof line - length - 1, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof line - 2)
		length = sizeof line - 2;
	line[length++] = '\n';
	print(2, line, length);
	board->failed = 1;
	_exit(1);
}

/* Memory that is gone, or may not be used as it might before. */
static void fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	mismatch("signal %d at %p", signal, info->si_addr);
}

static void stop(int signal)
{
	(void)signal;
	_exit(0);
}

void board_create(int fd, int reports)
{
	struct sigaction on_fault = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	board = must_map(NULL, sizeof *board, PROT_READ | PROT_WRITE, fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd);
	main_thread = reports ? syscall(SYS_gettid) : 0;
	sigaction(SIGSEGV, &on_fault, NULL);
	sigaction(SIGBUS, &on_fault, NULL);
	signal(SIGTERM, stop);
}

struct slot *board_slot(int number)
{
	return &board->slots[number];
}

struct slot *worker(int number)
{
	board->slots[number].counts = 1;
	return &board->slots[number];
}

void same_count(struct slot *slot, uint64_t count, const char *what)
{
	if (slot->count != count)
		mismatch("%s at its write %" PRIu64 ", which has made %" PRIu64, what, count, slot->count);
}

static void report(void)
{
	static uint64_t counter, told, due;
	char line[64];
	uint64_t rounds = UINT64_MAX;

	if (board->failed)
		_exit(1);
	if (now() < due)
		return;
	due = now() + 100000000;
	print(1, line, snprintf(line, sizeof line, "%" PRIu64 "\n", counter++));
	for (int i = 0; i < SLOTS; i++)
		if (board->slots[i].counts && board->slots[i].rounds < rounds)
			rounds = board->slots[i].rounds;
	if (rounds == UINT64_MAX || rounds == told)
		return;
	told = rounds;
	print(2, line, snprintf(line, sizeof line, "VERIFIED %" PRIu64 "\n", rounds));
}

void rest_for(int milliseconds)
{
	struct timespec t = { .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 };

	if (syscall(SYS_gettid) == main_thread)
		report();
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

void rest(void)
{
	rest_for(10);
}

pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		mismatch("fork: %s", strerror(errno));
	if (!pid)
		main_thread = 0;
	return pid;
}

void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (status)
			mismatch("process %d ended with wait status %#x", pid, status);
}

void thread(void *(*run)(void *), void *argument, size_t stack_size)
{
	pthread_attr_t attributes;
	pthread_t id;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, stack_size);
	if (pthread_create(&id, &attributes, run, argument))
		mismatch("pthread_create: %s", strerror(errno));
}
