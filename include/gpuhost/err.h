/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit statuses (a contract with scripts) and the one sentence a person needs. */
#ifndef GPUHOST_ERR_H
#define GPUHOST_ERR_H

enum status {
	STATUS_OK = 0, /* ready, done, nothing to do */
	STATUS_LIMITED = 1, /* ready with limits, differences, warnings */
	STATUS_NOT_READY = 2, /* not ready, refused, verification failed */
	STATUS_UNKNOWN = 3, /* can't tell */
	STATUS_USAGE = 64, /* the command line is wrong */
	STATUS_BAD_INPUT = 65, /* a broken capture, manifest or profile */
	STATUS_NO_INPUT = 66, /* no such input */
	STATUS_UNAVAILABLE = 69, /* a needed tool or service is missing */
	STATUS_CHILD = 70, /* a child process failed */
	STATUS_EXISTS = 73, /* exists already */
	STATUS_IO = 74, /* input or output error */
	STATUS_NO_PERMISSION = 77,
	STATUS_CONSENT = 78, /* consent is missing */
};

struct err {
	enum status status;
	char text[400]; /* one sentence, without a final newline */
};

/* Fills `err` (which may be NULL) and returns -1, so that a failing function can end with
 * `return err_set(...)`. */
int err_set(struct err *err, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The status that fits an errno of opening or reading an input. */
enum status err_status_of(int errnum);

#endif
