/*
 * Mend for machines without CAP_SYS_RESOURCE: reading the limits of another user's process by
 * prlimit64(2) needs it, so CRIU could not dump any container that runs as a non-root user.
 * /proc/PID/limits tells the same to everybody. This library, preloaded into CRIU, answers a
 * *refused read* from there; every other call passes through untouched.
 *
 * Lab only. Real hosts have the capability.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static long raw_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	static long (*next)(long, ...);

	if (!next)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, a, b, c, d, e, f);
}

/* One value of a line of /proc/PID/limits: a number or "unlimited". */
static const char *parse_limit(const char *text, rlim64_t *value)
{
	text += strspn(text, " ");
	if (!strncmp(text, "unlimited", 9)) {
		*value = RLIM64_INFINITY;
		return text + 9;
	}
	if (*text < '0' || *text > '9')
		return NULL;
	for (*value = 0; *text >= '0' && *text <= '9'; text++)
		*value = *value * 10 + (*text - '0');
	return text;
}

/* The file has a heading, then a line for each resource in the order of their numbers;
 * the values start at column 26. */
static int limits_from_proc(pid_t pid, int resource, struct rlimit64 *limit)
{
	enum { values_column = 26 };
	char path[40], text[4096], *line = text;
	ssize_t size;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/limits", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size = read(fd, text, sizeof text - 1);
	close(fd);
	if (size <= 0)
		return -1;
	text[size] = 0;

	for (int i = 0; i <= resource; i++) {
		line = strchr(line, '\n');
		if (!line)
			return -1;
		line++;
	}
	if (strcspn(line, "\n") <= values_column)
		return -1;
	line = (char *)parse_limit(line + values_column, &limit->rlim_cur);
	return line && parse_limit(line, &limit->rlim_max) ? 0 : -1;
}

static long prlimit_mended(pid_t pid, int resource, const void *new_limit, void *old_limit)
{
	long result = raw_syscall(SYS_prlimit64, pid, resource, (long)new_limit, (long)old_limit, 0, 0);

	if (result < 0 && errno == EPERM && !new_limit && old_limit) {
		if (!limits_from_proc(pid, resource, old_limit))
			return 0;
		errno = EPERM;
	}
	return result;
}

long syscall(long number, ...)
{
	long a[6];
	va_list arguments;

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);

	if (number == SYS_prlimit64)
		return prlimit_mended((pid_t)a[0], (int)a[1], (const void *)a[2], (void *)a[3]);
	return raw_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int prlimit64(pid_t pid, enum __rlimit_resource resource, const struct rlimit64 *new_limit,
	      struct rlimit64 *old_limit)
{
	return (int)prlimit_mended(pid, (int)resource, new_limit, old_limit);
}

int prlimit(pid_t pid, enum __rlimit_resource resource, const struct rlimit *new_limit,
	    struct rlimit *old_limit)
{
	return (int)prlimit_mended(pid, (int)resource, new_limit, old_limit);
}
