/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures as archives, read. Unpacked into bounded memory first and parsed there: so no
 * chain of filters, padding or special headers can cost more than SOURCE_MAX_TOTAL. */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/text.h"

static void close_archive(struct archive **archive)
{
	archive_read_free(*archive);
}
#define ARCHIVE_AUTO __attribute__((cleanup(close_archive))) struct archive *

static void free_buffer(char **buffer)
{
	free(*buffer);
}
#define BUFFER_AUTO __attribute__((cleanup(free_buffer))) char *

static const struct filter {
	const char *magic;
	size_t length;
	int code;
} filters[] = {
	{ "\x1f\x8b", 2, ARCHIVE_FILTER_GZIP },
	{ "BZh", 3, ARCHIVE_FILTER_BZIP2 },
	{ "\xfd\x37zXZ", 6, ARCHIVE_FILTER_XZ }, /* with the final NUL */
	{ "\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD },
};

static int filter_of(struct bytes file)
{
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (bytes_has(file, 0, filters[i].length) &&
			memcmp(file.data, filters[i].magic, filters[i].length) == 0)
			return filters[i].code;
	return ARCHIVE_FILTER_NONE;
}

bool capture_is_archive(struct bytes file)
{
	static const char first[] = MANIFEST_NAME; /* with its NUL, as in old tars */

	return filter_of(file) != ARCHIVE_FILTER_NONE ||
		(bytes_has(file, 257, 5) && memcmp(file.data + 257, "ustar", 5) == 0) ||
		(bytes_has(file, 0, sizeof(first)) &&
			memcmp(file.data, first, sizeof(first)) == 0);
}

static int damaged(struct err *err)
{
	return err_set(err, STATUS_BAD_INPUT, _("the archive is cut off or damaged"));
}

static int too_large(struct err *err)
{
	return err_set(err, STATUS_BAD_INPUT,
		_("the capture unpacks to more than %d MiB"), SOURCE_MAX_TOTAL >> 20);
}

/* Reads what the one filter gives, up to the bound. */
static int drain(
	struct archive *archive, char **buffer, size_t *ret_length, struct err *err)
{
	size_t room = 0, length = 0;

	for (;;) {
		ssize_t n;

		if (length == room) {
			char *larger = realloc(*buffer, room ? 2 * room : 1 << 16);

			if (!larger)
				return err_set(err, STATUS_IO, _("out of memory"));
			*buffer = larger;
			room = room ? 2 * room : 1 << 16;
		}
		n = archive_read_data(archive, *buffer + length, room - length);
		if (n < 0)
			return damaged(err);
		if (n == 0)
			break;
		length += (size_t)n;
		if (length > SOURCE_MAX_TOTAL)
			return too_large(err);
	}
	*ret_length = length;
	return 0;
}

/* The filter is named by its magic, once: libarchive's own search would stack filters,
 * and its "all" starts other programs. */
static int unpack(
	struct bytes file, char **buffer, struct bytes *ret_tar, struct err *err)
{
	ARCHIVE_AUTO archive = archive_read_new();
	struct archive_entry *entry;
	int code = filter_of(file);
	size_t length = 0;

	if (code == ARCHIVE_FILTER_NONE) {
		*ret_tar = file;
		return file.length > SOURCE_MAX_TOTAL ? too_large(err) : 0;
	}
	if (!archive)
		return err_set(err, STATUS_IO, _("out of memory"));
	archive_read_support_format_raw(archive);
	if (archive_read_append_filter(archive, code) < ARCHIVE_WARN ||
		archive_read_open_memory(archive, file.data, file.length) != ARCHIVE_OK ||
		archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return damaged(err);
	if (drain(archive, buffer, &length, err) < 0)
		return -1;
	*ret_tar = (struct bytes){ (const uint8_t *)*buffer, length };
	return 0;
}

struct reader {
	struct archive *archive;
	struct bytes tar;
	struct record *record;
	struct capture_budget budget;
	bool manifest_seen;
	struct err *err;
};

/* libarchive reads a sparse map of any length into memory, and only with the data; the
 * header's raw bytes tell beforehand. */
static bool is_sparse(struct reader *reader, struct archive_entry *entry)
{
	int64_t start = archive_read_header_position(reader->archive);
	int64_t end = archive_filter_bytes(reader->archive, 0);

	if (archive_entry_sparse_count(entry) > 0)
		return true;
	if (start < 0 || end < start || (uint64_t)end > reader->tar.length)
		return false;
	return memmem(reader->tar.data + start, (size_t)(end - start), "GNU.sparse", 10);
}

/* "./a/b/" as people's tar writes it becomes "a/b"; NULL for the top folder. */
static const char *member_path(struct reader *reader, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	size_t length = 0;

	if (!name)
		return "";
	while (text_starts(name, "./"))
		name += 2;
	length = strnlen(name, SOURCE_MAX_PATH + 2);
	if (archive_entry_filetype(entry) == AE_IFDIR) {
		if (length == 0 || (length == 1 && name[0] == '.'))
			return NULL;
		if (name[length - 1] == '/')
			length--;
	}
	return arena_strndup(reader->record->arena, name, length);
}

static int take_data(
	struct reader *reader, struct archive_entry *entry, struct bytes *ret_bytes)
{
	size_t size = (size_t)archive_entry_size(entry), length = 0;
	uint8_t *data = arena_alloc(reader->record->arena, size + 1);

	while (length < size) {
		ssize_t n = archive_read_data(
			reader->archive, data + length, size - length);

		if (n <= 0)
			return damaged(reader->err);
		length += (size_t)n;
	}
	*ret_bytes = (struct bytes){ data, size };
	return 0;
}

static int take_file(struct reader *reader, struct archive_entry *entry, const char *path)
{
	struct bytes data;

	if (is_sparse(reader, entry))
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("“%.120s” in the capture is a sparse file"), path);
	if (strcmp(path, MANIFEST_NAME) == 0) {
		if (archive_entry_size(entry) > MANIFEST_MAX_SIZE)
			return err_set(reader->err, STATUS_BAD_INPUT,
				_("%s is larger than %d KiB"), MANIFEST_NAME,
				MANIFEST_MAX_SIZE >> 10);
		if (reader->manifest_seen)
			return err_set(reader->err, STATUS_BAD_INPUT,
				_("“%.120s” is in the capture twice"), path);
		reader->manifest_seen = true;
		if (take_data(reader, entry, &data) < 0)
			return -1;
		return manifest_read(data, reader->record, reader->err);
	}
	if (take_data(reader, entry, &data) < 0)
		return -1;
	record_adopt(reader->record, path, MEMBER_FILE, data);
	return 0;
}

static int take_link(struct reader *reader, struct archive_entry *entry, const char *path)
{
	const char *text = archive_entry_symlink(entry);
	size_t length = text ? strlen(text) : 0;

	if (length == 0 || length > LINK_MAX_SIZE)
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("“%.120s” in the capture is a link without a usable text"),
			path);
	text = arena_strdup(reader->record->arena, text);
	record_adopt(reader->record, path, MEMBER_LINK,
		(struct bytes){ (const uint8_t *)text, length });
	return 0;
}

static int take_member(
	struct reader *reader, struct archive_entry *entry, const char *path)
{
	mode_t type = archive_entry_filetype(entry);

	if (archive_entry_hardlink(entry) ||
		(type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK))
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("“%.120s” in the capture is neither a file nor a folder nor a "
			  "link"),
			path);
	if (type != AE_IFDIR && !reader->manifest_seen &&
		strcmp(path, MANIFEST_NAME) != 0)
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("no capture: its first member is “%.120s”, not %s"), path,
			MANIFEST_NAME);
	if (type == AE_IFREG)
		return take_file(reader, entry, path);
	if (type == AE_IFLNK)
		return take_link(reader, entry, path);
	record_adopt(reader->record, path, MEMBER_DIR, (struct bytes){ NULL, 0 });
	return 0;
}

static int take_entry(struct reader *reader, struct archive_entry *entry)
{
	const char *path = member_path(reader, entry);
	int64_t size = archive_entry_filetype(entry) == AE_IFREG
		? archive_entry_size(entry)
		: 0;

	if (!path)
		return capture_spend(&reader->budget, "./", 0, reader->err);
	if (!capture_path_ok(path))
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("“%s” is no name for a member of a capture"),
			capture_printable(reader->record->arena, path));
	if (capture_spend(&reader->budget, path, size, reader->err) < 0)
		return -1;
	return take_member(reader, entry, path);
}

/* A tar cut off between two members reads like a shorter one, and what is cut off would
 * count as absent. So the block of zeros that ends every tar must be there. */
static bool ends_properly(struct reader *reader)
{
	static const uint8_t zeros[512];
	int64_t at = archive_read_header_position(reader->archive);

	return at >= 0 && bytes_has(reader->tar, (size_t)at, sizeof(zeros)) &&
		memcmp(reader->tar.data + at, zeros, sizeof(zeros)) == 0;
}

static int read_members(struct reader *reader)
{
	struct archive_entry *entry;
	const char *conflict;
	int result;

	while ((result = archive_read_next_header(reader->archive, &entry)) >=
			ARCHIVE_WARN &&
		result != ARCHIVE_EOF)
		if (take_entry(reader, entry) < 0)
			return -1;
	if (result != ARCHIVE_EOF || !ends_properly(reader))
		return damaged(reader->err);
	if (!reader->manifest_seen)
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("no capture: there is no %s in it"), MANIFEST_NAME);
	conflict = record_conflict(reader->record);
	if (conflict)
		return err_set(reader->err, STATUS_BAD_INPUT,
			_("“%.120s” is in the capture twice"), conflict);
	return 0;
}

int capture_read_archive(struct bytes file, struct arena *arena,
	struct record **ret_record, struct err *err)
{
	BUFFER_AUTO buffer = NULL;
	ARCHIVE_AUTO archive = archive_read_new();
	struct reader reader = { .archive = archive, .err = err };

	if (!archive)
		return err_set(err, STATUS_IO, _("out of memory"));
	if (unpack(file, &buffer, &reader.tar, err) < 0)
		return -1;
	reader.record = record_new(arena);
	archive_read_support_filter_none(archive);
	archive_read_support_format_tar(archive);
	/* An empty one has no format to be told by. */
	if (reader.tar.length < 512 ||
		archive_read_open_memory(archive, reader.tar.data, reader.tar.length) !=
			ARCHIVE_OK)
		return damaged(err);
	if (read_members(&reader) < 0)
		return -1;
	record_seal(reader.record);
	*ret_record = reader.record;
	return 0;
}
