/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vfio-user protocol, the server's side of one client (QEMU
 * docs/interop/vfio-user.rst): messages go in, replies come out. Knows no sockets. */
#ifndef RIG_SESSION_H
#define RIG_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "dma_maps.h"
#include "gpuhost/bytes.h"

enum vfio_user_command {
	VFIO_USER_VERSION = 1,
	VFIO_USER_DMA_MAP = 2,
	VFIO_USER_DMA_UNMAP = 3,
	VFIO_USER_DEVICE_GET_INFO = 4,
	VFIO_USER_DEVICE_GET_REGION_INFO = 5,
	VFIO_USER_DEVICE_GET_REGION_IO_FDS = 6,
	VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
	VFIO_USER_DEVICE_SET_IRQS = 8,
	VFIO_USER_REGION_READ = 9,
	VFIO_USER_REGION_WRITE = 10,
	VFIO_USER_DMA_READ = 11, /* these two are sent by servers only */
	VFIO_USER_DMA_WRITE = 12,
	VFIO_USER_DEVICE_RESET = 13,
	VFIO_USER_REGION_WRITE_MULTI = 15,
};

/* The header's flags. */
enum {
	VFIO_USER_TYPE = 0xf,
	VFIO_USER_REPLY = 1,
	VFIO_USER_NO_REPLY = 0x10,
	VFIO_USER_ERROR = 0x20,
};

enum {
	HEADER_SIZE = 16,
	ACCESS_SIZE = 16, /* of what precedes the data of a region access */
	TRANSFER_MAX = 1 << 20, /* bytes of data in a message */
	MESSAGE_MAX = HEADER_SIZE + ACCESS_SIZE + TRANSFER_MAX,
	MESSAGE_FDS = 8,
	COMPLAINTS_MAX = 100, /* then the client is given up */
};

struct message {
	struct bytes bytes; /* with the header */
	const int *fds; /* stay the caller's */
	size_t n_fds;
};

struct reply {
	uint8_t data[MESSAGE_MAX];
	size_t length; /* 0: no reply */
};

struct session {
	struct device *device;
	const char *name; /* for complaints */
	bool verbose; /* say resets, too */
	bool greeted; /* VERSION is done */
	unsigned violations;
	struct dma_maps maps;
};

/* The size that a header announces, or -EBADMSG where no stream goes on behind it. */
int session_message_size(struct bytes header);
/* Returns 0, or -1: close the connection, once the reply is out. */
int session_handle(
	struct session *session, const struct message *message, struct reply *ret_reply);
/* Says on standard error how the client broke the protocol. */
void session_complain(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void session_end(struct session *session);

#endif
