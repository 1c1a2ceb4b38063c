/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pty LOG COMMAND...: makes a terminal that is nobody's controlling one, runs COMMAND
 * with its path in $TTY, copies what is written on it to LOG, and what we read on
 * standard input to it as if typed. Ends as the command does: with its status, or 128 +
 * signal.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* False at the end of the input. */
static int copy(int from, int to)
{
	char data[4096];
	ssize_t n = read(from, data, sizeof(data));

	for (ssize_t at = 0; at < n;) {
		ssize_t written = write(to, data + at, (size_t)(n - at));

		if (written < 0)
			return 0;
		at += written;
	}
	return n > 0;
}

static void relay(int master, int log, pid_t pid, int *status)
{
	struct pollfd fds[] = { { .fd = master, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN } };

	for (;;) {
		pid_t ended = waitpid(pid, status, WNOHANG);

		fds[0].revents = fds[1].revents = 0;
		poll(fds, 2, 20);
		if (fds[0].revents & POLLIN)
			copy(master, log);
		else if (ended == pid)
			return;
		if (fds[1].revents && !copy(STDIN_FILENO, master))
			fds[1].fd = -1;
	}
}

int main(int argc, char **argv)
{
	int status = 0,
	    log = argc > 2 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	pid_t pid;

	if (log < 0 || master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		perror("pty");
		return 125;
	}
	setenv("TTY", ptsname(master), 1);
	/* Held open, or the first child to close it would hang it up. */
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid = fork();
	if (pid == 0) {
		close(master);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	relay(master, log, pid, &status);
	close(slave);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
