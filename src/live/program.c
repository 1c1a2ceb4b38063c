/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs of the image that we start: never through a shell, and not for ever. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gpuhost/err.h"
#include "gpuhost/live.h"
#include "gpuhost/text.h"

enum {
	LIMIT = 120, /* seconds */
	NAP = 20, /* ms */
};

/* A file without a name that holds the text. */
static int text_file(const char *text)
{
	size_t length = strlen(text);
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, text, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static int start(const char *const *argv, int input, pid_t *ret_child)
{
	static const char *const environment[] = { "PATH=/usr/bin", "LC_ALL=C", NULL };
	posix_spawn_file_actions_t actions;
	int result = posix_spawn_file_actions_init(&actions);

	if (result)
		return -result;
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	result = posix_spawn(ret_child, argv[0], &actions, NULL, (char *const *)argv,
		(char *const *)environment);
	posix_spawn_file_actions_destroy(&actions);
	return -result;
}

/* The wait status; after LIMIT the child is killed. */
static int wait_end(pid_t child)
{
	const struct timespec nap = { .tv_nsec = NAP * 1000000L };
	int status;

	for (unsigned naps = 0; naps < LIMIT * 1000 / NAP; naps++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return status;
		nanosleep(&nap, NULL);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return status;
}

int program_run(const char *const *argv, const char *input, struct err *err)
{
	int fd = text_file(input), result, status;
	pid_t child;

	if (fd < 0)
		return err_set(err, STATUS_IO, "%s", strerror(-fd));
	result = start(argv, fd, &child);
	close(fd);
	if (result < 0)
		return err_set(
			err, STATUS_UNAVAILABLE, "%s: %s", argv[0], strerror(-result));
	status = wait_end(child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return err_set(err, STATUS_CHILD, _("%s failed (%d)"), argv[0],
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
