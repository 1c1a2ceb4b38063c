/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file systems that every Linux program expects, and their end. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* By default a tmpfs may take half of the memory. Two full ones would leave nothing to
 * run in, and then the kernel panics: it may not kill PID 1. */
static const struct {
	const char *type, *target, *options;
	unsigned long flags;
} mounts[] = {
	{ "proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC },
	{ "sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC },
	{ "devtmpfs", "/dev", "mode=0755", MS_NOSUID },
	{ "devpts", "/dev/pts", "mode=0620,ptmxmode=0666", MS_NOSUID | MS_NOEXEC },
	{ "tmpfs", "/run", "mode=0755,size=10%", MS_NOSUID | MS_NODEV },
	{ "tmpfs", "/tmp", "mode=1777,size=25%", MS_NOSUID | MS_NODEV },
};
_Static_assert(COUNT(mounts) <= MOUNTS_MAX, "struct mount_errors is too small");

/* What shells and programs expect in /dev, and devtmpfs doesn't bring. */
static const struct {
	const char *target, *path;
} links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
};

void mounts_make(struct mount_errors *ret_errors)
{
	memset(ret_errors, 0, sizeof(*ret_errors));
	for (size_t i = 0; i < COUNT(mounts); i++) {
		mkdir(mounts[i].target, 0755);
		/* EBUSY: an initrd that ours was added to has done it before. */
		if (mount(mounts[i].type, mounts[i].target, mounts[i].type,
			    mounts[i].flags, mounts[i].options) < 0 &&
			errno != EBUSY)
			ret_errors->codes[i] = errno;
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		if (symlink(links[i].target, links[i].path) < 0)
			continue; /* it is there, or there is no /dev worth the name */
	}
	mkdir(RUN_FOLDER, 0755);
}

void mounts_say(const struct setup *setup, const struct mount_errors *errors)
{
	for (size_t i = 0; i < COUNT(mounts); i++) {
		if (errors->codes[i])
			say(setup, SAY_LOUD, "can't mount %s: %s", mounts[i].target,
				strerror(errors->codes[i]));
	}
}

static bool is_own(const char *target)
{
	if (strcmp(target, "/") == 0)
		return true;
	for (size_t i = 0; i < COUNT(mounts); i++) {
		if (strcmp(target, mounts[i].target) == 0)
			return true;
	}
	return false;
}

/* proc(5): blanks, tabs, newlines and backslashes of a path are written as \ooo. */
static void unescape(char *text)
{
	char *to = text;

	for (char *from = text; *from; to++) {
		unsigned char code;

		if (sscanf(from, "\\%3hho", &code) == 1 && strlen(from) >= 4) {
			*to = (char)code;
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* One line of /proc/self/mounts: source target type options 0 0. */
static bool end_mount(char *line)
{
	char *target = strchr(line, ' ');
	char *end = target ? strchr(target + 1, ' ') : NULL;

	if (!end)
		return false;
	*end = '\0';
	unescape(++target);
	if (is_own(target))
		return false;
	if (umount2(target, UMOUNT_NOFOLLOW) == 0)
		return true;
	mount(NULL, target, NULL, MS_REMOUNT | MS_RDONLY, NULL);
	return false;
}

static size_t read_mounts(char *text, size_t size)
{
	int fd = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && length < size - 1) {
		n = read(fd, text + length, size - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	text[length] = '\0';
	return length;
}

/* The last mount first, because it may lie on an earlier one; again while that helps. */
void mounts_end(void)
{
	char text[16384];

	for (int pass = 0; pass < 8; pass++) {
		size_t length = read_mounts(text, sizeof(text));
		bool some = false;

		while (length > 0) {
			char *line;

			text[--length] = '\0';
			line = strrchr(text, '\n');
			line = line ? line + 1 : text;
			some |= end_mount(line);
			length = (size_t)(line - text);
		}
		if (!some)
			return;
	}
}
