/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Archives made by hand, good ones and hostile ones. */
#ifndef GPUHOST_TESTS_PACK_H
#define GPUHOST_TESTS_PACK_H

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"

#define PACK_MANIFEST                                                                    \
	"{\"format\":\"gpuhost-capture/1\",\"made-by\":\"a test\",\"covers\":[\"sys\"]," \
	"\"refused\":[],\"facts\":{}}"

struct pack {
	struct archive *archive;
	struct arena *arena;
	uint8_t *data;
	size_t length, room;
};

static inline la_ssize_t pack_write(
	struct archive *archive, void *context, const void *data, size_t length)
{
	struct pack *pack = context;

	(void)archive;
	if (pack->room - pack->length < length) {
		uint8_t *larger;

		pack->room = 2 * (pack->length + length);
		larger = arena_alloc(pack->arena, pack->room);
		if (pack->length)
			memcpy(larger, pack->data, pack->length);
		pack->data = larger;
	}
	memcpy(pack->data + pack->length, data, length);
	pack->length += length;
	return (la_ssize_t)length;
}

/* One member. `size` may lie: then the data is `text` and nothing more. */
static inline void pack_member(
	struct pack *pack, const char *path, mode_t mode, const void *data, size_t length)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, path);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, (int64_t)length);
	if ((mode & AE_IFMT) == AE_IFLNK) {
		archive_entry_set_symlink(entry, data);
		archive_entry_set_size(entry, 0);
	}
	archive_write_header(pack->archive, entry);
	if (length && (mode & AE_IFMT) == AE_IFREG)
		archive_write_data(pack->archive, data, length);
	archive_entry_free(entry);
}

static inline void pack_text(struct pack *pack, const char *path, const char *text)
{
	pack_member(pack, path, AE_IFREG | 0644, text, strlen(text));
}

/* An archive with this filter (ARCHIVE_FILTER_…), without a manifest yet. */
static inline void pack_start(struct pack *pack, struct arena *arena, int filter)
{
	*pack = (struct pack){ .arena = arena, .archive = archive_write_new() };
	archive_write_set_format_pax_restricted(pack->archive);
	archive_write_add_filter(pack->archive, filter);
	archive_write_set_bytes_in_last_block(pack->archive, 1);
	archive_write_open(pack->archive, pack, NULL, pack_write, NULL);
}

static inline struct bytes pack_end(struct pack *pack)
{
	archive_write_close(pack->archive);
	archive_write_free(pack->archive);
	return (struct bytes){ pack->data, pack->length };
}

/* A raw ustar header, for what libarchive would not write. */
static inline void pack_raw_header(
	uint8_t block[512], const char *path, const char *size, char type)
{
	unsigned sum = 0;

	memset(block, 0, 512);
	memcpy(block, path, strlen(path));
	memcpy(block + 100, "0000644", 8);
	memcpy(block + 124, size, strlen(size));
	memcpy(block + 148, "        ", 8);
	block[156] = (uint8_t)type;
	memcpy(block + 257, "ustar\00000", 8);
	for (size_t i = 0; i < 512; i++)
		sum += block[i];
	snprintf((char *)block + 148, 8, "%06o", sum);
}

#endif
