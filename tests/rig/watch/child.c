/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The emulated PC as a child, which never outlives its watcher. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "watch.h"

double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void become(const struct options *options, int output, pid_t parent)
{
	int nothing = open("/dev/null", O_RDONLY);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(WATCH_FAILED);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(nothing, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	if (options->errors) {
		int errors = open(options->errors, O_WRONLY | O_CREAT | O_APPEND, 0666);

		dup2(errors, STDERR_FILENO);
	}
	execvp(options->command[0], options->command);
	fprintf(stderr, "watch: %s: %s\n", options->command[0], strerror(errno));
	_exit(WATCH_FAILED);
}

int child_start(const struct options *options, pid_t *ret_pid)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(options, ends[1], parent);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	*ret_pid = pid;
	return ends[0];
}

/* True if it is gone. */
static bool wait_for(pid_t pid, double seconds, int *ret_status)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	double end = clock_now() + seconds;

	do {
		if (waitpid(pid, ret_status, WNOHANG) != 0)
			return true;
		nanosleep(&pause, NULL);
	} while (clock_now() < end);
	return false;
}

int child_end(pid_t pid, double grace)
{
	int status = 0;

	if (wait_for(pid, grace, &status))
		return status;
	kill(pid, SIGTERM);
	if (wait_for(pid, 3, &status))
		return status;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}
