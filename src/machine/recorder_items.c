/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the items of one open folder: files, links, and that folders are there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "gpuhost/pci.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"
#include "parts.h"
#include "recorder.h"

enum {
	PAGE = 4096,
	CFG_CLASS = 0x0a, /* subclass, base class */
	CFG_HEADER = 64,
	CFG_EXTENDED = 0x100, /* PCIe 6.0, 7.6: extended capabilities start here */
};

bool recorder_is_missing(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR || errnum == ENODEV ||
		errnum == ENXIO;
}

void recorder_refuse(struct recorder *recorder, const char *path, int errnum)
{
	record_refuse(recorder->record, path, capture_errno_name(errnum));
}

const char *recorder_below(
	struct recorder *recorder, const char *folder, const char *name)
{
	return arena_printf(recorder->record->arena, "%s/%s", folder, name);
}

/* ---- one item ---- */

/* Do checks look at the capabilities of such a function? Displays and bridges, and AMD's
 * IOMMU. */
static bool is_judged(struct bytes header)
{
	uint8_t base = bytes_u8(header, CFG_CLASS + 1);

	return base == 0x03 || base == 0x06 ||
		bytes_u16(header, CFG_CLASS) == PCI_CLASS_IOMMU_FUNCTION;
}

/* Config space, whole unless the header of the first extended capability says that there
 * is none (PCIe 6.0, 7.6.3): every register read costs a microsecond, in a VM forty. */
static ssize_t read_config(int fd, bool whole, uint8_t page[PAGE])
{
	static const size_t stops[] = { CFG_HEADER, CFG_EXTENDED + 4, PAGE };
	size_t length = 0;

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		ssize_t n = read(fd, page + length, stops[i] - length);
		uint32_t extended;

		if (n < 0)
			return length ? (ssize_t)length : n;
		length += (size_t)n;
		extended = bytes_u32((struct bytes){ page, length }, CFG_EXTENDED);
		if (length < stops[i] ||
			(i == 0 && !whole &&
				!is_judged((struct bytes){ page, length })) ||
			(i == 1 && (extended == 0 || extended == 0xffffffff)))
			break;
	}
	return (ssize_t)length;
}

/* sysfs gives an attribute whole, and at most a page at a time: a shorter read is the
 * last one, and most files need no second. 0 or -errno. */
static int read_item(struct recorder *recorder, int dirfd, const char *folder,
	const char *name, enum item_kind kind, struct bytes *ret_bytes)
{
	uint8_t page[PAGE + 1];
	struct arena *arena = recorder->record->arena;
	ssize_t n;
	int fd;

	if (!text_starts(folder, "sys/"))
		return file_read(dirfd, name, SOURCE_MAX_MEMBER_SIZE, arena, ret_bytes);
	fd = openat(
		dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	n = kind == ITEM_CONFIG ? read_config(fd, recorder->whole, page)
				: read(fd, page, PAGE);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	if (n == PAGE && kind != ITEM_CONFIG)
		return file_read(dirfd, name, SOURCE_MAX_MEMBER_SIZE, arena, ret_bytes);
	page[n] = '\0';
	ret_bytes->data = arena_memdup(arena, page, (size_t)n + 1);
	ret_bytes->length = (size_t)n;
	return 0;
}

static int record_file_item(struct recorder *recorder, int dirfd, const char *folder,
	const char *name, enum item_kind kind)
{
	struct bytes data;
	int result = read_item(recorder, dirfd, folder, name, kind, &data);

	if (result < 0)
		return result;
	if (kind == ITEM_TEXT)
		data = redact_text(recorder->redactor, data);
	if (kind == ITEM_CONFIG)
		data = redact_config(recorder->record->arena, data);
	record_adopt(recorder->record, recorder_below(recorder, folder, name),
		MEMBER_FILE, data);
	return 0;
}

static int record_link_item(
	struct recorder *recorder, int dirfd, const char *folder, const char *name)
{
	const char *text;
	int result = file_readlink(dirfd, name, recorder->record->arena, &text);

	if (result < 0)
		return result;
	record_adopt(recorder->record, recorder_below(recorder, folder, name),
		MEMBER_LINK, (struct bytes){ (const uint8_t *)text, strlen(text) });
	return 0;
}

static int record_folder_item(
	struct recorder *recorder, int dirfd, const char *folder, const char *name)
{
	struct stat status;

	if (fstatat(dirfd, name, &status, 0) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		record_adopt(recorder->record, recorder_below(recorder, folder, name),
			MEMBER_DIR, (struct bytes){ NULL, 0 });
	return 0;
}

/* ---- all of a folder ---- */

int recorder_list(struct recorder *recorder, int dirfd, struct names *ret_names)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct arena *arena = recorder->record->arena;
	struct names names = { NULL, 0 };
	struct dirent *entry;

	if (!folder) {
		int errnum = errno;

		if (fd >= 0)
			close(fd);
		return -errnum;
	}
	while ((entry = readdir(folder))) {
		bool ascii = true;

		for (const char *s = entry->d_name; *s; s++)
			ascii = ascii && *s > 0 && *s < 0x7f;
		if (entry->d_name[0] == '.' || !ascii || !capture_path_ok(entry->d_name))
			continue;
		names.list = arena_grow(
			arena, names.list, names.count, sizeof(*names.list));
		names.list[names.count++] = arena_strdup(arena, entry->d_name);
	}
	closedir(folder);
	record_sort(arena, names.list, &names.count, sizeof(*names.list));
	*ret_names = names;
	return 0;
}

/* ACPI tables in which firmware keeps the Windows key. */
static bool holds_key(const char *folder, const char *name)
{
	return text_starts(folder, "sys/firmware/acpi") &&
		(text_starts(name, "MSDM") || text_starts(name, "SLIC"));
}

static int record_all(
	struct recorder *recorder, int dirfd, const char *folder, enum item_kind kind)
{
	mode_t wanted = kind == ITEM_LINKS ? S_IFLNK : S_IFREG;
	struct names names;
	int result = recorder_list(recorder, dirfd, &names);

	for (size_t i = 0; i < names.count && result == 0; i++) {
		const char *name = names.list[i];
		struct stat status;
		int failed = 0;

		if (fstatat(dirfd, name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
			(status.st_mode & S_IFMT) != wanted)
			continue;
		if (holds_key(folder, name))
			record_refuse(recorder->record,
				recorder_below(recorder, folder, name), "redacted");
		else if (kind == ITEM_LINKS)
			failed = record_link_item(recorder, dirfd, folder, name);
		else
			failed = record_file_item(
				recorder, dirfd, folder, name, ITEM_FILE);
		if (failed < 0)
			recorder_refuse(recorder, recorder_below(recorder, folder, name),
				-failed);
	}
	return result;
}

static int record_item(
	struct recorder *recorder, int dirfd, const char *folder, const struct item *item)
{
	switch (item->kind) {
	case ITEM_LINK:
		return record_link_item(recorder, dirfd, folder, item->name);
	case ITEM_DIR:
		return record_folder_item(recorder, dirfd, folder, item->name);
	case ITEM_FILES:
	case ITEM_LINKS:
		return record_all(recorder, dirfd, folder, item->kind);
	default:
		return record_file_item(recorder, dirfd, folder, item->name, item->kind);
	}
}

void recorder_take(
	struct recorder *recorder, const struct part *part, int dirfd, const char *folder)
{
	for (const struct item *item = part->items; item->name; item++) {
		int result = record_item(recorder, dirfd, folder, item);

		if (result < 0 && !recorder_is_missing(-result))
			recorder_refuse(recorder,
				item->kind == ITEM_FILES || item->kind == ITEM_LINKS
					? folder
					: recorder_below(recorder, folder, item->name),
				-result);
	}
}
