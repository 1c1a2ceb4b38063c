/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What PID 1 tells: to the kernel log, and what is important to the consoles. */
#include "init.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Opened anew each time: when the face ends, the kernel hangs its terminal up, and every
 * descriptor of it with it. O_NONBLOCK, because a terminal may be stopped (Ctrl-S), and
 * PID 1 must not wait for it.
 */
static void put_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return;
	written = write(fd, line, strlen(line));
	(void)written; /* there is nobody left to tell */
	close(fd);
}

void say(const struct setup *setup, enum loudness loudness, const char *format, ...)
{
	char text[400], line[480], path[32];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "<%d>gpuhost-init: %s\n",
		loudness == SAY_LOUD ? 5 : 6, text);
	put_line("/dev/kmsg", line);
	if (loudness != SAY_LOUD && !setup->verbose)
		return;
	snprintf(line, sizeof(line), "\r\ngpuhost: %s\r\n", text);
	for (unsigned i = 0; i < setup->consoles.count; i++) {
		snprintf(path, sizeof(path), "/dev/%s", setup->consoles.names[i]);
		put_line(path, line);
	}
}
