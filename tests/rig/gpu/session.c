/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes messages apart and sends them to their handlers. A client that breaks the
 * protocol gets an error; one that can't be followed any more is given up. */
#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "handlers.h"
#include "put.h"

struct command {
	const char *name;
	handle_fn *handle; /* NULL: not offered */
	size_t min, max; /* of the payload */
	size_t fds; /* at most */
};

static const struct command commands[] = {
	[VFIO_USER_VERSION] = { "VERSION", handle_version, 4, 4096, 0 },
	[VFIO_USER_DMA_MAP] = { "DMA_MAP", handle_dma_map, 32, 32, 1 },
	[VFIO_USER_DMA_UNMAP] = { "DMA_UNMAP", handle_dma_unmap, 24, 24, 0 },
	[VFIO_USER_DEVICE_GET_INFO] = { "DEVICE_GET_INFO", handle_get_info, 16, 16, 0 },
	[VFIO_USER_DEVICE_GET_REGION_INFO] = { "DEVICE_GET_REGION_INFO",
		handle_get_region_info, 32, 32, 0 },
	[VFIO_USER_DEVICE_GET_REGION_IO_FDS] = { "DEVICE_GET_REGION_IO_FDS", NULL, 0,
		MESSAGE_MAX, 0 },
	[VFIO_USER_DEVICE_GET_IRQ_INFO] = { "DEVICE_GET_IRQ_INFO", handle_get_irq_info,
		16, 16, 0 },
	[VFIO_USER_DEVICE_SET_IRQS] = { "DEVICE_SET_IRQS", handle_set_irqs, 20, 4096,
		MESSAGE_FDS },
	[VFIO_USER_REGION_READ] = { "REGION_READ", handle_region_read, ACCESS_SIZE,
		ACCESS_SIZE, 0 },
	[VFIO_USER_REGION_WRITE] = { "REGION_WRITE", handle_region_write, ACCESS_SIZE + 1,
		ACCESS_SIZE + TRANSFER_MAX, 0 },
	[VFIO_USER_DEVICE_RESET] = { "DEVICE_RESET", handle_reset, 0, 0, 0 },
};

void session_complain(struct session *session, const char *format, ...)
{
	va_list args;

	if (session->violations++ >= COMPLAINTS_MAX)
		return;
	va_start(args, format);
	fprintf(stderr, "gpu-server: %s: violation: ", session->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

int session_message_size(struct bytes header)
{
	uint32_t size = bytes_u32(header, 4);

	return size < HEADER_SIZE || size > MESSAGE_MAX ? -EBADMSG : (int)size;
}

uint8_t *reply_append(struct reply *reply, size_t size)
{
	uint8_t *at = reply->data + reply->length;

	memset(at, 0, size);
	reply->length += size;
	return at;
}

static void finish_reply(const struct message *message, int result, struct reply *reply)
{
	bool wanted = !(bytes_u32(message->bytes, 8) & VFIO_USER_NO_REPLY);

	if (result < 0)
		reply->length = HEADER_SIZE;
	memset(reply->data, 0, HEADER_SIZE);
	memcpy(reply->data, message->bytes.data, 4); /* the same id and command */
	put_u32(reply->data + 4, (uint32_t)reply->length);
	put_u32(reply->data + 8, VFIO_USER_REPLY | (result < 0 ? VFIO_USER_ERROR : 0));
	put_u32(reply->data + 12, result < 0 ? (uint32_t)-result : 0);
	if (!wanted)
		reply->length = 0;
}

/* What holds for all commands. */
static int check_command(struct session *session, const struct message *message,
	const struct command *command, size_t payload)
{
	bool version = command == &commands[VFIO_USER_VERSION];

	if (version == session->greeted) {
		session_complain(session,
			version ? "a second VERSION" : "%s before VERSION",
			command->name);
		return -EPROTO;
	}
	if (payload < command->min || payload > command->max) {
		session_complain(session, "%s with a payload of %zu bytes", command->name,
			payload);
		return -EINVAL;
	}
	if (message->n_fds > command->fds) {
		session_complain(session, "%s with %zu descriptors", command->name,
			message->n_fds);
		return -EINVAL;
	}
	return 0;
}

static int run_command(struct session *session, const struct message *message,
	struct bytes payload, struct reply *reply)
{
	unsigned number = bytes_u16(message->bytes, 2);
	const struct command *command;
	int result;

	/* Newer clients may ask for more than we know; that breaks nothing. */
	if (number == 0 || number == VFIO_USER_DMA_READ ||
		number == VFIO_USER_DMA_WRITE || number == VFIO_USER_REGION_WRITE_MULTI) {
		session_complain(
			session, "command %u, which is not the client's", number);
		return -EINVAL;
	}
	if (number >= sizeof(commands) / sizeof(commands[0]))
		return -EOPNOTSUPP;
	command = &commands[number];
	result = check_command(session, message, command, payload.length);
	if (result < 0)
		return result;
	return command->handle ? command->handle(session, message, payload, reply)
			       : -EOPNOTSUPP;
}

int session_handle(
	struct session *session, const struct message *message, struct reply *ret_reply)
{
	uint32_t flags = bytes_u32(message->bytes, 8);
	int result;

	ret_reply->length = 0;
	if (session_message_size(message->bytes) != (int)message->bytes.length) {
		session_complain(session, "a header with a size of %u",
			bytes_u32(message->bytes, 4));
		return -1;
	}
	/* Answering a reply could go on for ever. */
	if ((flags & VFIO_USER_TYPE) != 0) {
		session_complain(session, "a message of type %u", flags & VFIO_USER_TYPE);
		return -1;
	}
	if (flags & ~(uint32_t)VFIO_USER_NO_REPLY || bytes_u32(message->bytes, 12))
		session_complain(session, "a command with flags 0x%x and error %u", flags,
			bytes_u32(message->bytes, 12));
	reply_append(ret_reply, HEADER_SIZE);
	result = run_command(
		session, message, bytes_from(message->bytes, HEADER_SIZE), ret_reply);
	finish_reply(message, result, ret_reply);
	if (!session->greeted || session->violations >= COMPLAINTS_MAX)
		return -1;
	return 0;
}

void session_end(struct session *session)
{
	dma_maps_clear(&session->maps);
	session->greeted = false;
}
