/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command of gpuhost: a record at the end of its file, listed in main.c. */
#ifndef GPUHOST_CLI_COMMAND_H
#define GPUHOST_CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "gpuhost/err.h"

struct arena;
struct judgement;
struct record;

struct command {
	const char *name;
	const char *synopsis; /* arguments, as --help shows them */
	const char *summary; /* N_() */
	const char *options; /* N_(): one line an option, or NULL */
	bool hidden; /* of use in the image only: not in the overview */
	int (*run)(int argc,
		char **argv); /* argv[0] is the command; returns the exit status */
};

extern const struct command command_check, command_capture, command_compare, command_live;

/* Prints one line on standard error. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints "gpuhost: sentence" on standard error; returns the error's status. */
int complain(const struct err *err);
/* The command line is wrong: says how, and where help is. Returns STATUS_USAGE. */
int complain_usage(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* getopt's '?' or ':' in words. */
int complain_option(const struct command *command, char **argv, int result);
void print_help(const struct command *command);

/* Reads a machine (`from`: NULL for this one) and judges it, all in `arena`. */
struct question {
	const char *from, *gpu, *with_gpu;
	bool names; /* look up the names of all PCI functions */
};
int answer_question(const struct question *question, struct arena *arena,
	struct judgement *ret, struct err *err);

/* A stream that becomes a file only when it is complete: standard output for NULL or "-".
 */
struct output {
	const char *path;
	FILE *stream;
	char *text;
	size_t length;
};
int output_open(struct output *output, const char *path, struct err *err);
int output_close(struct output *output, struct err *err);

/* How this terminal wants text. */
bool terminal_has_colour(const char *output_path);
unsigned terminal_width(const char *output_path);

#endif
