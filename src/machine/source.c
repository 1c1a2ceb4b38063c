/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens an input and finds out by its content what it is. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "foreign.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/text.h"

typedef int reader(struct bytes file, struct arena *arena, struct record **ret_record,
	struct err *err);

enum {
	LINES_TO_LOOK_AT = 400,
	LINE_MAX_LENGTH = 256,
};

static bool hex_digits(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* "00:1f.3 Audio device: …", or with a domain in front. */
static bool is_lspci_header(const char *line)
{
	if (hex_digits(line, 4) && line[4] == ':')
		line += 5;
	else if (hex_digits(line, 5) && line[5] == ':')
		line += 6;
	return hex_digits(line, 2) && line[2] == ':' && hex_digits(line + 3, 2) &&
		line[5] == '.' && isdigit((unsigned char)line[6]) && line[7] == ' ';
}

/* "00: 86 80 …" */
static bool is_lspci_hex(const char *line)
{
	size_t n = strspn(line, "0123456789abcdefABCDEF");

	return (n == 2 || n == 3) && line[n] == ':' && line[n + 1] == ' ' &&
		hex_digits(line + n + 2, 2) &&
		(line[n + 4] == ' ' || line[n + 4] == '\0');
}

static reader *reader_of_text(struct bytes file)
{
	reader *found = NULL;
	size_t at = 0;

	for (size_t i = 0; i < LINES_TO_LOOK_AT && at < file.length; i++) {
		const uint8_t *start = file.data + at;
		const uint8_t *end = memchr(start, '\n', file.length - at);
		size_t length = end ? (size_t)(end - start) : file.length - at;
		char line[LINE_MAX_LENGTH] = "";

		memcpy(line, start, length < sizeof(line) ? length : sizeof(line) - 1);
		at += length + 1;
		if (!found && is_lspci_header(line))
			found = foreign_lspci_text;
		else if (found && is_lspci_hex(line))
			return foreign_lspci_dump;
		else if (!found && acpidump_is_header(line))
			return foreign_acpidump;
	}
	return found;
}

bool source_is_lspci_text(struct bytes text)
{
	reader *found = reader_of_text(text);

	return found == foreign_lspci_text || found == foreign_lspci_dump;
}

static reader *reader_of(struct bytes file)
{
	if (capture_is_archive(file))
		return capture_read_archive;
	return file.length > SOURCE_MAX_MEMBER_SIZE ? NULL : reader_of_text(file);
}

static int read_folder(
	int fd, struct arena *arena, struct record **ret_record, struct err *err)
{
	struct stat status;

	if (fstatat(fd, MANIFEST_NAME, &status, AT_SYMLINK_NOFOLLOW) < 0 &&
		hwprobe_is_folder(fd))
		return foreign_hwprobe(fd, arena, ret_record, err);
	return capture_read_folder(fd, arena, ret_record, err);
}

/* A link to the file is followed: the user named it. */
static int read_target(const char *path, struct arena *arena, struct bytes *ret_bytes)
{
	char *target = realpath(path, NULL);
	int result = -errno;

	if (target)
		result = file_read(AT_FDCWD, target, SOURCE_MAX_TOTAL, arena, ret_bytes);
	free(target);
	return result;
}

static int read_file(const char *path, struct arena *arena, struct record **ret_record,
	struct err *err)
{
	struct bytes file;
	reader *read;
	int result = read_target(path, arena, &file);

	if (result == -EFBIG)
		return err_set(err, STATUS_BAD_INPUT, _("larger than %d MiB"),
			SOURCE_MAX_TOTAL >> 20);
	if (result == -EINVAL)
		return err_set(err, STATUS_BAD_INPUT, _("neither a file nor a folder"));
	if (result < 0)
		return err_set(err, err_status_of(-result), "%s", strerror(-result));
	read = reader_of(file);
	if (!read)
		return err_set(err, STATUS_BAD_INPUT,
			_("neither a gpuhost capture nor lspci or acpidump output"));
	return read(file, arena, ret_record, err);
}

/* Every sentence starts with the input's name, whoever wrote the rest of it. */
static int name_input(struct err *err, const char *path)
{
	struct err inner;

	if (!err)
		return -1;
	inner = *err;
	return err_set(err, inner.status, "%s: %s", path, inner.text);
}

int source_open(const char *path, struct arena *arena, struct record **ret_record,
	struct err *err)
{
	struct err inner = { .status = STATUS_IO };
	int fd, result;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		result = read_folder(fd, arena, ret_record, &inner);
		close(fd);
	} else if (errno == ENOTDIR) {
		result = read_file(path, arena, ret_record, &inner);
	} else {
		result = err_set(&inner, err_status_of(errno), "%s", strerror(errno));
	}
	if (result < 0 && err) {
		*err = inner;
		return name_input(err, path);
	}
	return result;
}
