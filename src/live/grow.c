/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives the stick's partition all the room behind it, with the files in it kept. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/live.h"
#include "gpuhost/text.h"

enum {
	DEPTH_MOST = 16,
	FILE_LIMIT = 16 << 20, /* no file can be larger than the image's partition */
};

struct kept {
	const char *path; /* below the mount point */
	bool folder;
	struct bytes data;
};

struct keeper {
	struct arena *arena;
	const char *mountpoint;
	struct kept *list; /* a folder stands before what is in it */
	size_t n;
};

static int keep_folder(
	struct keeper *keeper, const char *below, unsigned depth, struct err *err);

static int keep_entry(
	struct keeper *keeper, const char *path, unsigned depth, struct err *err)
{
	const char *full = arena_printf(keeper->arena, "%s/%s", keeper->mountpoint, path);
	struct kept kept = { .path = path };
	struct stat status;
	int result;

	if (lstat(full, &status) < 0)
		return err_set(err, STATUS_IO, "%s: %s", path, strerror(errno));
	kept.folder = S_ISDIR(status.st_mode);
	result = kept.folder
		? 0
		: file_read(AT_FDCWD, full, FILE_LIMIT, keeper->arena, &kept.data);
	if (result < 0)
		return err_set(err, STATUS_IO, "%s: %s", path, strerror(-result));
	keeper->list = arena_grow(
		keeper->arena, keeper->list, keeper->n, sizeof(*keeper->list));
	keeper->list[keeper->n++] = kept;
	return kept.folder ? keep_folder(keeper, path, depth + 1, err) : 0;
}

static int keep_folder(
	struct keeper *keeper, const char *below, unsigned depth, struct err *err)
{
	DIR *folder = opendir(
		arena_printf(keeper->arena, "%s/%s", keeper->mountpoint, below));
	struct dirent *entry;
	int result = 0;

	if (!folder || depth > DEPTH_MOST) {
		result = err_set(err, STATUS_IO, "%s: %s", below,
			strerror(folder ? ELOOP : errno));
		if (folder)
			closedir(folder);
		return result;
	}
	for (errno = 0; result == 0 && (entry = readdir(folder)); errno = 0)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			result = keep_entry(keeper,
				arena_printf(keeper->arena, "%s%s%s", below,
					*below ? "/" : "", entry->d_name),
				depth, err);
	if (result == 0 && errno)
		result = err_set(err, STATUS_IO, "%s: %s", below, strerror(errno));
	closedir(folder);
	return result;
}

static int put_back(const struct keeper *keeper, struct err *err)
{
	for (size_t i = 0; i < keeper->n; i++) {
		const struct kept *kept = &keeper->list[i];
		const char *full = arena_printf(
			keeper->arena, "%s/%s", keeper->mountpoint, kept->path);

		if (kept->folder && mkdir(full, 0755) < 0 && errno != EEXIST)
			return err_set(
				err, STATUS_IO, "%s: %s", kept->path, strerror(errno));
		if (!kept->folder &&
			file_write(full, kept->data.data, kept->data.length, err) < 0)
			return -1;
	}
	return 0;
}

/* The image's second partition table stands at the image's end, not the disk's: it moves
 * there first. */
static int grow_partition(
	const struct volume *volume, struct arena *arena, struct err *err)
{
	const char *disk = arena_printf(arena, "/dev/%s", volume->disk);
	const char *number = arena_printf(arena, "%u", volume->number);
	const char *const move[] = { "/usr/bin/sfdisk", "--no-reread", "--relocate",
		"gpt-bak-std", disk, NULL };
	const char *const grow[] = { "/usr/bin/sfdisk", "--no-reread", "-N", number, disk,
		NULL };

	if (program_run(move, "", err) < 0)
		return -1;
	return program_run(grow, ", +\n", err);
}

static int make_file_system(
	const struct volume *volume, struct arena *arena, struct err *err)
{
	const char *device = arena_printf(arena, "/dev/%s", volume->name);
	const char *const argv[] = { "/usr/bin/mkfs.vfat", "-F", "32", "-n", STICK_LABEL,
		device, NULL };

	return program_run(argv, "", err);
}

int stick_grow(const struct volume *volume, const char *mountpoint, struct err *err)
{
	ARENA_AUTO arena = arena_new();
	struct keeper keeper = { .arena = arena, .mountpoint = mountpoint };
	int result;

	if (volume_mount(volume, mountpoint, false, err) < 0)
		return -1;
	result = keep_folder(&keeper, "", 0, err);
	volume_unmount(mountpoint);
	if (result < 0 || grow_partition(volume, arena, err) < 0 ||
		make_file_system(volume, arena, err) < 0 ||
		volume_mount(volume, mountpoint, true, err) < 0)
		return -1;
	result = put_back(&keeper, err);
	volume_unmount(mountpoint);
	sync();
	return result;
}
