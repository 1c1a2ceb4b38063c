/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Block devices of the running system, and what lies on them. */
#include <blkid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/live.h"
#include "gpuhost/text.h"

#define BLOCK_FOLDER "/sys/class/block"

enum {
	ATTRIBUTE_LIMIT = 4096,
};

static const char *attribute(struct arena *arena, const char *name, const char *what)
{
	struct bytes bytes;

	if (file_read(AT_FDCWD, arena_printf(arena, BLOCK_FOLDER "/%s/%s", name, what),
		    ATTRIBUTE_LIMIT, arena, &bytes) < 0)
		return NULL;
	return text_trim(arena, bytes);
}

static uint64_t number(struct arena *arena, const char *name, const char *what)
{
	const char *text = attribute(arena, name, what);
	uint64_t value;

	return text && text_u64(text, &value) ? value : 0;
}

/* "../../devices/…/block/sda/sda3" -> "sda"; the name itself for a whole disk. */
static const char *disk_of(struct arena *arena, const char *name)
{
	const char *target;
	char *slash;

	if (!attribute(arena, name, "partition") ||
		file_readlink(AT_FDCWD, arena_printf(arena, BLOCK_FOLDER "/%s", name),
			arena, &target) < 0)
		return name;
	slash = strrchr(target, '/');
	if (!slash)
		return name;
	*slash = '\0';
	slash = strrchr(target, '/');
	return slash ? slash + 1 : name;
}

/* Not what others are made of (dm, md), nor what the kernel makes up. */
static bool is_plain(const char *name)
{
	static const char *const others[] = { "loop", "ram", "zram", "dm-", "md", "fd",
		"nbd" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (text_starts(name, others[i]))
			return false;
	return name[0] != '.';
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **names_find(struct arena *arena, size_t *ret_n)
{
	DIR *folder = opendir(BLOCK_FOLDER);
	const char **names = NULL;
	struct dirent *entry;
	size_t n = 0;

	while (folder && (entry = readdir(folder))) {
		if (!is_plain(entry->d_name))
			continue;
		names = arena_grow(arena, names, n, sizeof(*names));
		names[n++] = arena_strdup(arena, entry->d_name);
	}
	if (folder)
		closedir(folder);
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	*ret_n = n;
	return names;
}

const char *volumes_fingerprint(struct arena *arena)
{
	const char *text = "", **names;
	size_t n;

	names = names_find(arena, &n);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s:%llu;", text, names[i],
			(unsigned long long)number(arena, names[i], "size"));
	return text;
}

static const char *value_of(struct arena *arena, blkid_probe probe, const char *what)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, what, &value, NULL) != 0)
		return NULL;
	return arena_strdup(arena, value);
}

static void probe_volume(struct arena *arena, struct volume *volume)
{
	const char *path = arena_printf(arena, "/dev/%s", volume->name);
	blkid_probe probe = blkid_new_probe_from_filename(path);

	if (!probe)
		return;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_TYPE);
	if (blkid_do_safeprobe(probe) == 0) {
		volume->type = value_of(arena, probe, "TYPE");
		volume->label = value_of(arena, probe, "LABEL");
	}
	blkid_free_probe(probe);
}

static bool has_partitions(const char **names, size_t n, const char *disk)
{
	size_t length = strlen(disk);

	for (size_t i = 0; i < n; i++)
		if (strncmp(names[i], disk, length) == 0 && names[i][length])
			return true;
	return false;
}

void volumes_find(struct arena *arena, struct volumes *ret)
{
	size_t n;
	const char **names = names_find(arena, &n);

	*ret = (struct volumes){ .list = arena_alloc(arena, n * sizeof(*ret->list)) };
	for (size_t i = 0; i < n; i++) {
		struct volume *volume = &ret->list[ret->n];
		const char *read_only = attribute(arena, names[i], "ro");

		*volume = (struct volume){
			.name = names[i],
			.disk = disk_of(arena, names[i]),
			.number = (unsigned)number(arena, names[i], "partition"),
			.start = number(arena, names[i], "start"),
			.sectors = number(arena, names[i], "size"),
			.read_only = !read_only	    ? TRI_UNKNOWN
				: *read_only == '0' ? TRI_NO
						    : TRI_YES,
		};
		if (volume->sectors == 0 ||
			(volume->number == 0 && has_partitions(names, n, volume->name)))
			continue;
		volume->disk_sectors = number(arena, volume->disk, "size");
		probe_volume(arena, volume);
		ret->n++;
	}
}

static int mount_volume(
	const char *name, const char *type, const char *mountpoint, bool writable)
{
	ARENA_AUTO arena = arena_new();
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME |
		(writable ? 0 : MS_RDONLY);
	bool fat = strcmp(type, "vfat") == 0;

	if (mkdir(mountpoint, 0700) < 0 && errno != EEXIST)
		return -errno;
	if (mount(arena_printf(arena, "/dev/%s", name), mountpoint, type, flags,
		    fat ? "utf8,quiet,umask=022" : NULL) < 0)
		return -errno;
	return 0;
}

int volume_mount(const struct volume *volume, const char *mountpoint, bool writable,
	struct err *err)
{
	int result = mount_volume(volume->name, "vfat", mountpoint, writable);

	if (result == -EROFS || result == -EACCES)
		return err_set(err, STATUS_IO,
			_("%s is write-protected: look for a switch on the stick"),
			volume->name);
	if (result == -ENODEV)
		return err_set(err, STATUS_UNAVAILABLE,
			_("this kernel can't read FAT: the module vfat is not loaded"));
	if (result < 0)
		return err_set(err, STATUS_IO,
			_("%s can't be opened (%s): its file system may be damaged"),
			volume->name, strerror(-result));
	return 0;
}

void volume_unmount(const char *mountpoint)
{
	if (umount2(mountpoint, UMOUNT_NOFOLLOW) < 0 && errno == EBUSY)
		umount2(mountpoint, MNT_DETACH | UMOUNT_NOFOLLOW);
}

static bool has_id(const char *mountpoint, const char *id)
{
	ARENA_AUTO arena = arena_new();
	const char *path = arena_printf(arena, "%s/" STICK_ID_FILE, mountpoint);
	struct bytes bytes;

	return file_read(AT_FDCWD, path, ATTRIBUTE_LIMIT, arena, &bytes) == 0 &&
		strcmp(text_trim(arena, bytes), id) == 0;
}

void volumes_identify(struct volumes *volumes, const char *id, const char *mountpoint)
{
	for (size_t i = 0; i < volumes->n; i++) {
		struct volume *volume = &volumes->list[i];
		bool medium = volume->type && strcmp(volume->type, "iso9660") == 0;

		if (!medium && !stick_is_candidate(volume))
			continue;
		if (mount_volume(volume->name, volume->type, mountpoint, false) < 0)
			continue;
		volume->own_id = has_id(mountpoint, id);
		volume_unmount(mountpoint);
	}
}
