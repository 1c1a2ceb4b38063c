/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of "gpuhost live" share: its state, its screen, its keys. */
#ifndef GPUHOST_CLI_LIVE_H
#define GPUHOST_CLI_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "command.h"
#include "gpuhost/check.h"
#include "gpuhost/live.h"

#define LIVE_RUN "/run/gpuhost"
#define LIVE_STICK LIVE_RUN "/stick"
#define LIVE_ID "/lib/gpuhost/id"

struct live {
	struct arena *arena; /* of the judgement */
	struct record *record;
	struct judgement *judgement; /* NULL until one succeeded */
	const char *id; /* the image's */
	char marker[1024], fingerprint[16384], status[512];
	int64_t complete_since;
	bool complete; /* all drivers had their chance */
	bool saved, missed; /* the report; said why it could not be, so far */
	bool changed; /* the screen must be drawn */
	bool no_input; /* nobody can type */
	bool test; /* gpuhost.test is on the kernel's command line */
	bool ended;
	int serial; /* descriptor of the serial port for programs, or -1 */
	bool is_terminal;
	struct termios before;
};

/* Terminal and serial port as the face needs them. */
void live_open(struct live *live, struct arena *arena);
void live_close(struct live *live);
/* A line for programs. */
void live_mark(struct live *live, const char *line);
/* The sentence at the foot of the screen. */
void live_say(struct live *live, const char *sentence);
void live_draw(struct live *live);
/* Reads a key and does what it stands for. */
void live_key(struct live *live);
void live_judge(struct live *live);

/* Ends the face with a wish to PID 1: the file tells which. */
void live_end(struct live *live, const char *file);
/* Asks, and gives the stick's partition all the room behind it. */
void live_grow(struct live *live);
void live_raw(struct live *live, bool raw);
void live_size(unsigned *ret_rows, unsigned *ret_columns);

#endif
