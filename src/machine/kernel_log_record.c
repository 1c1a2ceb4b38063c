/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records the kernel's log. Source: Documentation/ABI/testing/dev-kmsg. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "recorder.h"

#define KMSG "dev/kmsg"

enum {
	LOG_MAX = 4 << 20,
	LOG_RECORD_MAX = 8192, /* the kernel gives EINVAL to smaller buffers */
};

struct log {
	char *data;
	size_t length, room;
	bool whole; /* from its first record on, without a gap */
};

/* The kernel's own records have facility 0. What programs wrote there is none of a
 * machine's facts, and may name people and hosts. */
static bool is_kernels(const char *record)
{
	return strtoul(record, NULL, 10) >> 3 == 0;
}

static bool append(struct log *log, const char *data, size_t length)
{
	if (log->length + length > LOG_MAX)
		return false;
	if (log->room - log->length < length) {
		size_t room = 2 * (log->room + LOG_RECORD_MAX);
		char *larger = realloc(log->data, room);

		if (!larger)
			return false;
		log->data = larger;
		log->room = room;
	}
	memcpy(log->data + log->length, data, length);
	log->length += length;
	return true;
}

/* Each read() gives one record. 0 or -errno. */
static int read_device(int fd, struct log *log)
{
	char record[LOG_RECORD_MAX + 1];

	for (;;) {
		ssize_t n = read(fd, record, LOG_RECORD_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) { /* records were overwritten meanwhile */
			log->whole = false;
			continue;
		}
		if (n < 0 && errno != EAGAIN)
			return -errno;
		if (n <= 0)
			return 0;
		record[n] = '\0';
		if (!is_kernels(record))
			continue;
		if (!append(log, record, (size_t)n)) {
			log->whole = false;
			return 0;
		}
	}
}

/* "6,0,1234,-;text": the second field is the sequence number. */
static bool starts_at_zero(struct bytes log)
{
	const char *comma = log.length ? memchr(log.data, ',', log.length) : NULL;

	return comma && comma[1] == '0' && comma[2] == ',';
}

static int read_log(int root, bool live, struct arena *arena, struct log *log,
	struct bytes *ret_bytes)
{
	int fd, result;

	if (!live)
		return file_read(root, KMSG, LOG_MAX, arena, ret_bytes);
	fd = openat(root, KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	result = read_device(fd, log);
	close(fd);
	*ret_bytes = (struct bytes){ (const uint8_t *)log->data, log->length };
	return result;
}

void kernel_log_record(
	struct record *record, struct redactor *redactor, int root, bool live)
{
	struct log log = { .whole = true };
	struct bytes data = { NULL, 0 };
	int result = read_log(root, live, record->arena, &log, &data);

	if (result < 0 && result != -ENOENT)
		record_refuse(record, KMSG, capture_errno_name(result));
	if (result == 0 && data.length) {
		record_adopt(record, KMSG, MEMBER_FILE, redact_text(redactor, data));
		if (log.whole && starts_at_zero(data))
			record_cover(record, KMSG);
	}
	free(log.data);
}
