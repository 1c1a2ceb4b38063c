/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading whole files safely, and private temporary folders. */
#ifndef GPUHOST_FILE_H
#define GPUHOST_FILE_H

#include <stddef.h>

struct arena;
struct bytes;
struct err;

/* The whole of a regular file below `dirfd` (AT_FDCWD allowed), read to its end whatever
 * st_size says, as sysfs needs. Follows no link in the last component. A NUL stands
 * behind the bytes. Returns 0 or -errno: -EFBIG above `limit`, -EINVAL for what is no
 * regular file. */
int file_read(int dirfd, const char *path, size_t limit, struct arena *arena,
	struct bytes *ret_bytes);

/* The text of a symbolic link. Returns 0 or -errno (-EINVAL: not a link). */
int file_readlink(
	int dirfd, const char *path, struct arena *arena, const char **ret_text);

/* Writes a file whole: temporary file beside it, fsync, rename. */
int file_write(const char *path, const void *data, size_t length, struct err *err);

/* Makes an empty folder only we can enter; returns its descriptor, or -errno. */
int tempdir_create(char *path, size_t path_size);
/* Removes it with all it holds, never following links. */
void tempdir_remove(const char *path);

#endif
