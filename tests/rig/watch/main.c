/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch: runs an emulated PC, reads its serial line, and ends at a marker, at silence or
 * when time is up. Prints one line a time: `time WHAT SECONDS [LINE]`. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "watch.h"

struct watch {
	const struct options *options;
	pid_t pid;
	int output, signals;
	FILE *log;
	double started, heard;
	bool kernel_seen, off;
	struct lines lines;
};

static bool starts_with(const char *line, const char *prefix)
{
	return strncmp(line, prefix, strlen(prefix)) == 0;
}

static void say_time(const struct watch *watch, const char *what, const char *line)
{
	printf("time %s %.2f%s%s\n", what, clock_now() - watch->started, *line ? " " : "",
		line);
	fflush(stdout);
}

enum {
	SETTLE_US =
		500000, /* what was written before the marker is still being painted */
};

static void act(struct watch *watch, const char *line)
{
	for (size_t i = 0; i < watch->options->n_actions; i++) {
		const struct action *action = &watch->options->actions[i];

		if (!starts_with(line, action->prefix))
			continue;
		if (action->screenshot) {
			usleep(SETTLE_US);
			qmp_screenshot(watch->options->qmp, action->value);
		} else {
			qmp_keys(watch->options->qmp, action->value);
		}
	}
}

/* True if this line is what was waited for. */
static bool take_line(struct watch *watch, const char *line)
{
	const struct options *options = watch->options;
	bool marker = starts_with(line, "GPUHOST-") || starts_with(line, "===");

	if (!watch->kernel_seen &&
		(starts_with(line, "[    ") || starts_with(line, "Linux version"))) {
		watch->kernel_seen = true;
		say_time(watch, "kernel", "");
	}
	if (marker)
		say_time(watch, "marker", line);
	else if (options->verbose)
		printf("%8.2f %s\n", clock_now() - watch->started, line);
	act(watch, line);
	for (size_t i = 0; i < options->n_until; i++)
		if (starts_with(line, options->until[i]))
			return true;
	return false;
}

/* 1: the line came, 0: go on, -1: the PC ended. */
static int listen_once(struct watch *watch)
{
	char bytes[4096];
	ssize_t n = read(watch->output, bytes, sizeof(bytes));
	int result = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	watch->heard = clock_now();
	if (watch->log) {
		fwrite(bytes, 1, (size_t)n, watch->log);
		fflush(watch->log);
	}
	for (ssize_t i = 0; i < n; i++)
		if (lines_add(&watch->lines, bytes[i]) &&
			take_line(watch, watch->lines.text))
			result = 1;
	return result;
}

static int listen_on(struct watch *watch)
{
	const struct options *options = watch->options;
	struct pollfd polls[] = { { watch->output, POLLIN, 0 },
		{ watch->signals, POLLIN, 0 } };

	for (;;) {
		int result;

		if (clock_now() - watch->heard > options->idle)
			return WATCH_SILENT;
		if (clock_now() - watch->started > options->timeout)
			return WATCH_LATE;
		if (poll(polls, 2, 200) <= 0)
			continue;
		if (polls[1].revents)
			return WATCH_INTERRUPTED;
		result = listen_once(watch);
		if (result > 0)
			return WATCH_SEEN;
		if (result < 0)
			return WATCH_ENDED;
	}
}

/* After the marker the PC may switch itself off; what it says until then is logged. */
static void see_off(struct watch *watch, double grace)
{
	double end = clock_now() + grace;
	struct pollfd polls[] = { { watch->output, POLLIN, 0 },
		{ watch->signals, POLLIN, 0 } };

	while (!watch->off && clock_now() < end) {
		if (poll(polls, 2, 200) <= 0)
			continue;
		if (polls[1].revents)
			return;
		watch->off = listen_once(watch) < 0;
	}
	if (watch->off)
		say_time(watch, "off", "");
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* `--until off`: the PC is to switch itself off. */
static bool waits_for_off(const struct options *options)
{
	for (size_t i = 0; i < options->n_until; i++)
		if (strcmp(options->until[i], "off") == 0)
			return true;
	return false;
}

static void conclude(struct watch *watch, int status)
{
	static const char *const words[] = { "seen", "ended", "silent", "late" };
	const struct options *options = watch->options;

	if (options->screenshot && status != WATCH_ENDED && status != WATCH_INTERRUPTED)
		qmp_screenshot(options->qmp, options->screenshot);
	if (status == WATCH_SEEN)
		see_off(watch, options->grace);
	say_time(watch, status <= WATCH_LATE ? words[status] : "interrupted",
		status == WATCH_SEEN ? "" : watch->lines.text);
}

int main(int argc, char **argv)
{
	struct options options;
	struct watch watch = { .options = &options };
	int status, child;

	if (options_parse(argc, argv, &options) < 0)
		return WATCH_USAGE;
	watch.signals = open_signals();
	if (options.serial) {
		watch.log = fopen(options.serial, "we");
		if (!watch.log) {
			fprintf(stderr, "watch: %s: %s\n", options.serial,
				strerror(errno));
			return WATCH_FAILED;
		}
	}
	watch.started = watch.heard = clock_now();
	watch.output = child_start(&options, &watch.pid);
	if (watch.output < 0) {
		fprintf(stderr, "watch: %s\n", strerror(errno));
		return WATCH_FAILED;
	}
	status = listen_on(&watch);
	conclude(&watch, status);
	child = child_end(watch.pid, watch.off || status == WATCH_ENDED ? 5 : 0);
	if (status == WATCH_ENDED && waits_for_off(&options) && WIFEXITED(child) &&
		WEXITSTATUS(child) == 0)
		status = WATCH_SEEN;
	if (watch.log)
		fclose(watch.log);
	if (status == WATCH_ENDED && WIFEXITED(child) && WEXITSTATUS(child))
		fprintf(stderr, "watch: %s ended with status %d\n", options.command[0],
			WEXITSTATUS(child));
	return status;
}
