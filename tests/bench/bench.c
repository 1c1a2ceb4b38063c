/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command N times, a process each, and prints the median wall time in
 * milliseconds, the peak RSS in KiB, median of the runs per second, and the last exit
 * status: bench N COMMAND [ARGUMENT...]. What the command says goes to /dev/null. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCHES = 5 /* runs per second: the median of so many rates */
};

extern char **environ;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Returns the exit status, -1 if it could not be run or was killed. */
static int run(char **command, double *ret_ms, long *ret_kib)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	double start = now();
	int status;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	status = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (status != 0 || wait4(child, &status, 0, &usage) != child)
		return -1;
	*ret_ms = now() - start;
	*ret_kib = usage.ru_maxrss;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0, peak = 0, kib, batch;
	double *times, rates[BATCHES] = { 0 }, start = 0;
	int status = 0;

	if (runs < 1 || !(times = calloc((size_t)runs + BATCHES, sizeof(*times)))) {
		fputs("usage: bench N COMMAND [ARGUMENT...]\n", stderr);
		return 64;
	}
	batch = (runs + BATCHES - 1) / BATCHES;
	runs = batch * BATCHES;
	for (long i = 0; i < runs && status >= 0; i++) {
		if (i % batch == 0)
			start = now();
		status = run(argv + 2, &times[i], &kib);
		if (status >= 0 && kib > peak)
			peak = kib;
		rates[i / batch] = (double)(i % batch + 1) * 1e3 / (now() - start);
	}
	qsort(times, (size_t)runs, sizeof(*times), compare);
	qsort(rates, BATCHES, sizeof(*rates), compare);
	printf("%.2f %ld %.1f %d\n", times[runs / 2], peak, rates[BATCHES / 2], status);
	free(times);
	return 0;
}
