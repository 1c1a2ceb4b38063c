/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files in and out, and private temporary folders. */
#include "gpuhost/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"

/* Reads to the end into malloc'ed memory: sysfs tells no size beforehand. */
static int read_to_end(int fd, size_t limit, char **ret_data, size_t *ret_length)
{
	size_t room = 4096, length = 0;
	char *data = malloc(room + 1);

	while (data) {
		ssize_t n = read(fd, data + length, room - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int saved = errno;

			free(data);
			return -saved;
		}
		if (n == 0) {
			*ret_data = data;
			*ret_length = length;
			return 0;
		}
		length += (size_t)n;
		if (length > limit) {
			free(data);
			return -EFBIG;
		}
		if (length == room) {
			char *larger = realloc(data, 2 * room + 1);

			if (!larger)
				free(data);
			data = larger;
			room *= 2;
		}
	}
	return -ENOMEM;
}

int file_read(int dirfd, const char *path, size_t limit, struct arena *arena,
	struct bytes *ret_bytes)
{
	struct stat status;
	char *data = NULL, *copy;
	size_t length = 0;
	int fd, result;

	fd = openat(
		dirfd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		result = -errno;
	else if (!S_ISREG(status.st_mode))
		result = -EINVAL;
	else
		result = read_to_end(fd, limit, &data, &length);
	close(fd);
	if (result < 0)
		return result;
	copy = arena_alloc(arena, length + 1);
	memcpy(copy, data, length);
	free(data);
	*ret_bytes = (struct bytes){ (const uint8_t *)copy, length };
	return 0;
}

int file_readlink(int dirfd, const char *path, struct arena *arena, const char **ret_text)
{
	char text[4096];
	ssize_t length = readlinkat(dirfd, path, text, sizeof(text));

	if (length < 0)
		return -errno;
	*ret_text = arena_strndup(arena, text, (size_t)length);
	return 0;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		length -= (size_t)n;
	}
	return 0;
}

int file_write(const char *path, const void *data, size_t length, struct err *err)
{
	char temporary[4096];
	mode_t mask = umask(0);
	int fd, result;

	umask(mask);
	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
		(int)sizeof(temporary))
		return err_set(err, STATUS_USAGE, "%.80s…: the path is too long", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_set(err, errno == EACCES ? STATUS_NO_PERMISSION : STATUS_IO,
			"%s: %s", path, strerror(errno));
	result = write_all(fd, data, length);
	if (result == 0 && (fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0))
		result = -errno;
	if (close(fd) < 0 && result == 0)
		result = -errno;
	if (result == 0 && rename(temporary, path) < 0)
		result = -errno;
	if (result < 0) {
		unlink(temporary);
		return err_set(err, STATUS_IO, "%s: %s", path, strerror(-result));
	}
	return 0;
}

/* Memory first: what goes there is small, short-lived and written file by file. */
static const char *temporary_root(void)
{
	const char *named = getenv("TMPDIR");

	if (named && *named)
		return named;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

int tempdir_create(char *path, size_t path_size)
{
	int fd;

	if (snprintf(path, path_size, "%s/gpuhost.XXXXXX", temporary_root()) >=
		(int)path_size)
		return -ENAMETOOLONG;
	if (!mkdtemp(path))
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		int saved = errno;

		rmdir(path);
		return -saved;
	}
	return fd;
}

static void remove_below(int dirfd, unsigned depth)
{
	DIR *folder = fdopendir(dirfd);
	struct dirent *entry;

	if (!folder) {
		close(dirfd);
		return;
	}
	while ((entry = readdir(folder))) {
		int fd;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd, entry->d_name, 0) == 0 || depth == 0)
			continue;
		fd = openat(dirfd, entry->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		remove_below(fd, depth - 1);
		unlinkat(dirfd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(folder);
}

void tempdir_remove(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	remove_below(fd, 32);
	rmdir(path);
}
