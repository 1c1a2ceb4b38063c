/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the watcher: options, the emulated PC as a child, its monitor, its lines. */
#ifndef RIG_WATCH_H
#define RIG_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum {
	WATCH_TEXTS = 16,
	LINE_MAX_BYTES = 4096,
};

enum watch_status {
	WATCH_SEEN = 0,
	WATCH_ENDED = 1, /* the PC ended before the line came */
	WATCH_SILENT = 2, /* nothing on the serial line for too long */
	WATCH_LATE = 3,
	WATCH_USAGE = 64,
	WATCH_FAILED = 70,
	WATCH_INTERRUPTED = 130,
};

/* What to do when a line starts with `prefix`. */
struct action {
	const char *prefix;
	const char *value; /* keys, or a file for the screen */
	bool screenshot;
	bool done;
};

struct options {
	const char *until[WATCH_TEXTS];
	size_t n_until;
	struct action actions[WATCH_TEXTS];
	size_t n_actions;
	const char *screenshot; /* of the screen at the end */
	const char *serial; /* log */
	const char *errors; /* where the PC's standard error goes */
	const char *qmp; /* socket */
	double idle, timeout, grace; /* seconds */
	bool verbose;
	char **command;
};

int options_parse(int argc, char **argv, struct options *ret_options);

/* Starts the command with its standard output in a pipe. Returns the reading end, or
 * -1. */
int child_start(const struct options *options, pid_t *ret_pid);
/* Waits up to `grace` seconds for it to end by itself, then ends it. Returns its wait
 * status. */
int child_end(pid_t pid, double grace);

/* Seconds of a clock that never jumps. */
double clock_now(void);

/* Each connects to the monitor anew; 0, or -1 with a sentence on standard error. */
int qmp_screenshot(const char *socket_path, const char *file);
/* "ret", "ctrl-alt-delete", several with commas between them. */
int qmp_keys(const char *socket_path, const char *keys);

/* Puts bytes of a terminal together to plain lines. */
struct lines {
	char text[LINE_MAX_BYTES];
	size_t length;
	int escape; /* 0: none, 1: ESC was seen, 2: within ESC [ */
};

/* True if `byte` ended a line, which then stands in `text`. */
bool lines_add(struct lines *lines, char byte);

#endif
