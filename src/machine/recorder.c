/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records a machine: one pass over the list of parts, each file opened below its folder.
 * What can't be read is refused in the record, with the reason. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"
#include "option_rom.h"
#include "parts.h"
#include "recorder.h"

enum {
	NAME_SIZE = 256
};

/* ---- folders and patterns ---- */

/* Firmware options that tell one machine from another. */
static bool is_private(const char *name)
{
	static const char *const patterns[] = { "*serial*", "*uuid*",
		"*unique*identifier*", "*asset*", "*svctag*", "*service*tag*", "*owner*",
		"*mac*address*", "*ct number*", "*ownership*", "*password*" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (fnmatch(patterns[i], name, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

/* Does a folder's name fit the pattern? "&*" wants it to start with its parent's. */
static bool fits(const char *pattern, const char *name, const char *folder)
{
	static const char *const passing[] = { "loop", "ram", "zram" };
	const char *parent = strrchr(folder, '/');

	if (pattern[0] == '&')
		return text_starts(name, parent ? parent + 1 : folder);
	if (strcmp(folder, "sys/block") == 0)
		for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
			if (text_starts(name, passing[i]))
				return false;
	return fnmatch(pattern, name, 0) == 0;
}

static void walk(struct recorder *recorder, const struct part *part, int dirfd,
	const char *folder, const char *pattern);

static void enter(struct recorder *recorder, const struct part *part, int dirfd,
	const char *folder, const char *name, const char *rest, bool named_by_pattern)
{
	const char *path = *folder ? recorder_below(recorder, folder, name) : name;
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		if (!recorder_is_missing(errno))
			recorder_refuse(recorder, path, errno);
		return;
	}
	/* What has a folder exists, even if nothing in it can be read. */
	if (named_by_pattern)
		record_adopt(recorder->record, path, MEMBER_DIR, (struct bytes){ 0 });
	walk(recorder, part, fd, path, rest);
	close(fd);
}

/* `pattern` is what is left of the part's folder below `folder`, which is open. */
static void walk(struct recorder *recorder, const struct part *part, int dirfd,
	const char *folder, const char *pattern)
{
	size_t length = strcspn(pattern, "/*?[");
	struct names names = { NULL, 0 };
	const char *component, *rest;
	int result;

	if (!*pattern) {
		recorder_take(recorder, part, dirfd, folder);
		return;
	}
	/* Plain components go in one step, up to the next pattern. */
	if (pattern[strcspn(pattern, "*?[")] == '\0') {
		enter(recorder, part, dirfd, folder, pattern, "", false);
		return;
	}
	length = strcspn(pattern, "/");
	component = arena_strndup(recorder->record->arena, pattern, length);
	rest = pattern + length + (pattern[length] == '/');
	if (!strpbrk(component, "*?[")) {
		enter(recorder, part, dirfd, folder, component, rest, false);
		return;
	}
	result = recorder_list(recorder, dirfd, &names);
	if (result < 0)
		recorder_refuse(recorder, folder, -result);
	for (size_t i = 0; i < names.count; i++)
		if (text_ends(folder, "/attributes") && is_private(names.list[i]))
			record_refuse(recorder->record,
				recorder_below(recorder, folder, names.list[i]),
				"redacted");
		else if (fits(component, names.list[i], folder))
			enter(recorder, part, dirfd, folder, names.list[i], rest, true);
}

/* ---- what a part covers ---- */

/* Is the file system there that would show it? A container often hides /sys/firmware
 * behind an empty folder, and a missing file there would be taken for "no DMAR". */
static bool is_shown(const struct recorder *recorder, const char *path)
{
	char top[NAME_SIZE];
	const char *slash = strchr(path, '/');
	size_t length = slash ? strcspn(slash + 1, "/") + (size_t)(slash + 1 - path) : 0;
	struct statfs status;
	bool shown;
	int fd;

	if (!text_starts(path, "sys/") || length >= sizeof(top))
		return false;
	memcpy(top, path, length);
	top[length] = '\0';
	fd = openat(recorder->root, top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	shown = !recorder->live ||
		(fstatfs(fd, &status) == 0 && status.f_type == SYSFS_MAGIC);
	close(fd);
	return shown;
}

static bool holds_something(struct recorder *recorder, const char *path)
{
	int fd = openat(recorder->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct names names = { NULL, 0 };

	if (fd < 0)
		return false;
	recorder_list(recorder, fd, &names);
	close(fd);
	return names.count > 0;
}

static bool is_there(const struct recorder *recorder, const char *path)
{
	struct stat status;

	return fstatat(recorder->root, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* An item covered by itself. A folder that is there is not covered: it was looked at, and
 * not into. A file of /proc that is missing was hidden, or the kernel has it not. */
static void cover_item(struct recorder *recorder, const struct part *part,
	const struct item *item, bool shown)
{
	const char *path = recorder_below(recorder, part->folder, item->name);

	if (is_there(recorder, path) ? item->kind != ITEM_DIR : shown)
		record_cover(recorder->record, path);
}

static void cover(struct recorder *recorder, const struct part *part)
{
	bool shown = is_shown(recorder, part->folder);

	if (part->cover) {
		if (shown && (!part->anchor || is_there(recorder, part->anchor)))
			record_cover(recorder->record, part->cover);
		return;
	}
	if (part->unless_empty && shown)
		shown = holds_something(recorder, part->unless_empty) ||
			!holds_something(recorder, "sys/firmware/efi");
	for (const struct item *item = part->items; item->name; item++)
		cover_item(recorder, part, item, shown);
}

/* ---- facts ---- */

/* Which PCI function a disk hangs on stands in its link only, and sys/block/DISK is
 * recorded as a folder. */
static void record_disk_paths(struct recorder *recorder)
{
	int fd = openat(recorder->root, "sys/block", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct arena *arena = recorder->record->arena;
	struct names names = { NULL, 0 };
	const char *text;

	if (fd < 0)
		return;
	recorder_list(recorder, fd, &names);
	for (size_t i = 0; i < names.count; i++)
		if (fits("*", names.list[i], "sys/block") &&
			file_readlink(fd, names.list[i], arena, &text) == 0 &&
			capture_text_ok(text))
			record_add_fact(recorder->record,
				arena_printf(arena, "block.%s.path", names.list[i]),
				text);
	close(fd);
}

static void record_system(struct recorder *recorder)
{
	struct record *record = recorder->record;
	struct utsname names;

	if (uname(&names) == 0) {
		record_add_fact(record, "uname.release", names.release);
		record_add_fact(record, "uname.machine", names.machine);
	}
	record_add_fact(record, "euid", arena_printf(record->arena, "%u", geteuid()));
	processor_record(record);
	block_devices_record(record);
	option_roms_record(record);
}

struct record *source_live(
	struct arena *arena, const char *root, enum source_extent extent)
{
	struct recorder recorder = { .record = record_new(arena),
		.redactor = redactor_new(arena),
		.whole = extent == SOURCE_WHOLE,
		.live = strcmp(root, "/") == 0 };

	recorder.record->live_root = arena_strdup(arena, root);
	recorder.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (recorder.root >= 0) {
		for (const struct part *part = machine_parts; part->folder; part++) {
			walk(&recorder, part, recorder.root, "", part->folder);
			cover(&recorder, part);
		}
		record_disk_paths(&recorder);
		kernel_log_record(
			recorder.record, recorder.redactor, recorder.root, recorder.live);
		record_seal(recorder.record); /* the facts read the list of disks */
		if (recorder.live)
			record_system(&recorder);
		close(recorder.root);
	}
	record_seal(recorder.record);
	return recorder.record;
}
