/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors that a person reads. */
#include "gpuhost/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *err, enum status status, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	err->status = status;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}

enum status err_status_of(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return STATUS_NO_INPUT;
	case EACCES:
	case EPERM:
		return STATUS_NO_PERMISSION;
	case EFBIG:
	case EINVAL:
	case ELOOP:
	case ENAMETOOLONG:
		return STATUS_BAD_INPUT;
	default:
		return STATUS_IO;
	}
}
