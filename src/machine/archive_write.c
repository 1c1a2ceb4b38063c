/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures as archives, written: the same record gives the same bytes. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/text.h"

struct sink {
	char *data;
	size_t length, room;
};

static la_ssize_t sink_write(
	struct archive *archive, void *context, const void *data, size_t length)
{
	struct sink *sink = context;

	if (sink->room - sink->length < length) {
		size_t room = 2 * (sink->length + length);
		char *larger = realloc(sink->data, room);

		if (!larger) {
			archive_set_error(archive, ENOMEM, "%s", strerror(ENOMEM));
			return -1;
		}
		sink->data = larger;
		sink->room = room;
	}
	memcpy(sink->data + sink->length, data, length);
	sink->length += length;
	return (la_ssize_t)length;
}

static int put(
	struct archive *archive, struct archive_entry *entry, const struct member *member)
{
	static const mode_t types[] = { AE_IFREG | 0644, AE_IFLNK | 0777,
		AE_IFDIR | 0755 };

	archive_entry_clear(entry);
	archive_entry_set_pathname(entry, member->path);
	archive_entry_set_mode(entry, types[member->kind]);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_size(entry, 0);
	if (member->kind == MEMBER_LINK)
		archive_entry_set_symlink(entry, (const char *)member->data.data);
	if (member->kind == MEMBER_FILE)
		archive_entry_set_size(entry, (int64_t)member->data.length);
	if (archive_write_header(archive, entry) < ARCHIVE_WARN)
		return -1;
	if (member->kind == MEMBER_FILE && member->data.length &&
		archive_write_data(archive, member->data.data, member->data.length) !=
			(la_ssize_t)member->data.length)
		return -1;
	return 0;
}

static int put_all(struct archive *archive, const struct record *record)
{
	struct archive_entry *entry = archive_entry_new();
	struct member manifest = { MANIFEST_NAME, MEMBER_FILE, manifest_write(record) };
	int result = entry ? put(archive, entry, &manifest) : -1;

	for (size_t i = 0; result == 0 && i < record->n_members; i++)
		result = put(archive, entry, &record->members[i]);
	archive_entry_free(entry);
	return result;
}

static int pack(const struct record *record, struct sink *sink)
{
	struct archive *archive = archive_write_new();
	int result = -1;

	if (!archive)
		return -1;
	if (archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK &&
		archive_write_add_filter_zstd(archive) == ARCHIVE_OK &&
		archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
		archive_write_open(archive, sink, NULL, sink_write, NULL) == ARCHIVE_OK &&
		put_all(archive, record) == 0 &&
		archive_write_close(archive) == ARCHIVE_OK)
		result = 0;
	archive_write_free(archive);
	return result;
}

int capture_write_archive(const struct record *record, const char *path, struct err *err)
{
	struct sink sink = { NULL, 0, 0 };
	struct stat status;
	int result;

	if (lstat(path, &status) == 0)
		return err_set(err, STATUS_EXISTS, _("%s exists already"), path);
	if (pack(record, &sink) < 0)
		result = err_set(
			err, STATUS_IO, _("%s: the capture can't be packed"), path);
	else
		result = file_write(path, sink.data, sink.length, err);
	free(sink.data);
	return result;
}
