/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines made up for a test: records built by hand. */
#ifndef TESTS_UNIT_FAKE_H
#define TESTS_UNIT_FAKE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"

static inline void fake_bytes(
	struct record *record, const char *path, const void *data, size_t length)
{
	record_add(record, path, MEMBER_FILE, (struct bytes){ data, length });
}

static inline void fake_file(struct record *record, const char *path, const char *text)
{
	fake_bytes(record, path, text, strlen(text));
}

static inline void fake_link(struct record *record, const char *path, const char *target)
{
	record_add(record, path, MEMBER_LINK,
		(struct bytes){ (const uint8_t *)target, strlen(target) });
}

static inline void fake_dir(struct record *record, const char *path)
{
	record_add(record, path, MEMBER_DIR, (struct bytes){ (const uint8_t *)"", 0 });
}

static inline void fake_cover(struct record *record, const char *prefix)
{
	record_cover(record, prefix);
}

/* A file with content, and the record says it has all of it. */
static inline void fake_whole(struct record *record, const char *path, const char *text)
{
	fake_file(record, path, text);
	record_cover(record, path);
}

static inline void fake_fact(struct record *record, const char *key, const char *value)
{
	record_add_fact(record, key, value);
}

/* The bytes of a file of the source tree; no bytes if it can't be read. */
static inline struct bytes fake_load(struct arena *arena, const char *path)
{
	struct bytes bytes = { (const uint8_t *)"", 0 };

	file_read(AT_FDCWD, path, 16 << 20, arena, &bytes);
	return bytes;
}

/* An unpacked capture of the source tree; ends the test program where it is unreadable.
 */
static inline struct record *fake_capture(struct arena *arena, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct record *record = NULL;
	struct err err = { .text = "no such folder" };

	if (fd < 0 || capture_read_folder(fd, arena, &record, &err)) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		abort();
	}
	close(fd);
	return record;
}

#endif
