/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An unpacked capture: a folder with MANIFEST.json. Nothing outside it is ever opened:
 * links are kept as text, and folders are entered one component at a time. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/text.h"

enum {
	MAX_DEPTH = 32
};

struct walk {
	struct record *record;
	struct capture_budget budget;
	struct err *err;
};

static int walk_folder(struct walk *walk, int dirfd, const char *path, unsigned depth);

/* A member that can't be read is data: unknown, whatever the manifest covers. */
static int refuse(struct walk *walk, const char *path, int errnum)
{
	record_refuse(walk->record, path, capture_errno_name(errnum));
	return 0;
}

static int take_file(struct walk *walk, int dirfd, const char *name, const char *path)
{
	struct bytes data;
	int result = file_read(
		dirfd, name, SOURCE_MAX_MEMBER_SIZE, walk->record->arena, &data);

	if (result == -EFBIG)
		return capture_spend(
			&walk->budget, path, SOURCE_MAX_MEMBER_SIZE + 1LL, walk->err);
	if (result < 0)
		return refuse(walk, path, result);
	if (capture_spend(&walk->budget, path, (int64_t)data.length, walk->err) < 0)
		return -1;
	record_adopt(walk->record, path, MEMBER_FILE, data);
	return 0;
}

static int take_link(struct walk *walk, int dirfd, const char *name, const char *path)
{
	const char *text;
	int result = file_readlink(dirfd, name, walk->record->arena, &text);

	if (result < 0)
		return refuse(walk, path, result);
	if (capture_spend(&walk->budget, path, (int64_t)strlen(text), walk->err) < 0)
		return -1;
	record_adopt(walk->record, path, MEMBER_LINK,
		(struct bytes){ (const uint8_t *)text, strlen(text) });
	return 0;
}

static int take_folder(
	struct walk *walk, int dirfd, const char *name, const char *path, unsigned depth)
{
	int fd, result;

	if (depth >= MAX_DEPTH)
		return err_set(walk->err, STATUS_BAD_INPUT,
			_("“%.120s” in the capture lies too deep"), path);
	if (capture_spend(&walk->budget, path, 0, walk->err) < 0)
		return -1;
	record_adopt(walk->record, path, MEMBER_DIR, (struct bytes){ NULL, 0 });
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return refuse(walk, path, errno);
	result = walk_folder(walk, fd, path, depth + 1);
	close(fd);
	return result;
}

static int take_entry(
	struct walk *walk, int dirfd, const char *name, const char *path, unsigned depth)
{
	struct stat status;

	if (!capture_path_ok(path))
		return err_set(walk->err, STATUS_BAD_INPUT,
			_("“%s” is no name for a member of a capture"),
			capture_printable(walk->record->arena, path));
	if (fstatat(dirfd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return refuse(walk, path, errno);
	if (S_ISDIR(status.st_mode))
		return take_folder(walk, dirfd, name, path, depth);
	if (S_ISLNK(status.st_mode))
		return take_link(walk, dirfd, name, path);
	if (S_ISREG(status.st_mode))
		return take_file(walk, dirfd, name, path);
	return err_set(walk->err, STATUS_BAD_INPUT,
		_("“%.120s” in the capture is neither a file nor a folder nor a link"),
		path);
}

static int walk_folder(struct walk *walk, int dirfd, const char *path, unsigned depth)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		result = errno;
		if (fd >= 0)
			close(fd);
		return *path ? refuse(walk, path, result)
			     : err_set(walk->err, err_status_of(result), "%s",
				       strerror(result));
	}
	while (result == 0 && (entry = readdir(folder))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
			(depth == 0 && strcmp(name, MANIFEST_NAME) == 0))
			continue;
		result = take_entry(walk, dirfd, name,
			arena_printf(walk->record->arena, "%s%s%s", path,
				*path ? "/" : "", name),
			depth);
	}
	closedir(folder);
	return result;
}

static int read_manifest(int dirfd, struct record *record, struct err *err)
{
	struct bytes json;
	int result = file_read(
		dirfd, MANIFEST_NAME, MANIFEST_MAX_SIZE, record->arena, &json);

	if (result == -ENOENT)
		return err_set(err, STATUS_BAD_INPUT,
			_("no capture: there is no %s in it"), MANIFEST_NAME);
	if (result == -EFBIG)
		return err_set(err, STATUS_BAD_INPUT, _("%s is larger than %d KiB"),
			MANIFEST_NAME, MANIFEST_MAX_SIZE >> 10);
	if (result < 0)
		return err_set(err, err_status_of(-result), "%s: %s", MANIFEST_NAME,
			strerror(-result));
	return manifest_read(json, record, err);
}

int capture_read_folder(
	int dirfd, struct arena *arena, struct record **ret_record, struct err *err)
{
	struct walk walk = { .record = record_new(arena), .err = err };

	if (read_manifest(dirfd, walk.record, err) < 0 ||
		walk_folder(&walk, dirfd, "", 0) < 0)
		return -1;
	record_seal(walk.record);
	*ret_record = walk.record;
	return 0;
}
