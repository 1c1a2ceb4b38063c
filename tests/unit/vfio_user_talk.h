/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client that speaks to the emulated GPU's server over a socket pair, for tests. */
#ifndef VFIO_USER_TALK_H
#define VFIO_USER_TALK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <sys/socket.h>
#include <unistd.h>

#include "../rig/gpu/config_space.h"
#include "../rig/gpu/connection.h"
#include "../rig/gpu/put.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"

#define GPUS "tests/rig/gpus/"

struct talk {
	struct arena *arena;
	struct card card;
	struct device device;
	struct connection connection;
	int client;
	int said; /* standard error while the talk goes on */
	int stderr_before;
	uint8_t data[MESSAGE_MAX]; /* the last reply */
	struct bytes reply;
};

static inline void load(struct talk *talk, const char *path)
{
	struct err err = { 0 };
	struct bytes text;

	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, talk->arena, &text), 0);
	if (card_parse(text, path, talk->arena, &talk->card, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void connect_client(struct talk *talk)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	talk->client = pair[0];
	fcntl(talk->client, F_SETFL, O_NONBLOCK);
	connection_open(&talk->connection, pair[1], &talk->device, "test", true);
}

/* Standard error is the talk's until end_talk(), which runs for failed tests, too. */
static inline int start_talk(void **state)
{
	struct talk *talk = calloc(1, sizeof(*talk));

	assert_non_null(talk);
	talk->arena = arena_new();
	load(talk, GPUS "rtx4080-colorful.conf");
	device_init(&talk->device, &talk->card.functions[0], true);
	connect_client(talk);
	talk->said = memfd_create("said", MFD_CLOEXEC);
	talk->stderr_before = dup(STDERR_FILENO);
	dup2(talk->said, STDERR_FILENO);
	*state = talk;
	return 0;
}

static inline int end_talk(void **state)
{
	struct talk *talk = *state;

	dup2(talk->stderr_before, STDERR_FILENO);
	close(talk->stderr_before);
	close(talk->said);
	close(talk->client);
	connection_close(&talk->connection);
	arena_free(talk->arena);
	free(talk);
	return 0;
}

#define talk_test(function)                                                              \
	cmocka_unit_test_setup_teardown(function, start_talk, end_talk)

/* What was said since the last question. */
static inline bool has_said(struct talk *talk, const char *words)
{
	char text[4096];
	ssize_t n = pread(talk->said, text, sizeof(text) - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	assert_int_equal(ftruncate(talk->said, 0), 0);
	lseek(talk->said, 0, SEEK_SET);
	return strstr(text, words) != NULL;
}

static inline void send_bytes(
	struct talk *talk, const void *data, size_t length, const int *fds, size_t n_fds)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(32 * sizeof(int))] = { 0 };
	struct iovec part = { (void *)(uintptr_t)data, length };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

	if (n_fds) {
		struct cmsghdr *control;

		header.msg_control = space;
		header.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		control = CMSG_FIRSTHDR(&header);
		control->cmsg_level = SOL_SOCKET;
		control->cmsg_type = SCM_RIGHTS;
		control->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(control), fds, n_fds * sizeof(int));
	}
	assert_int_equal(sendmsg(talk->client, &header, MSG_NOSIGNAL), length);
}

static inline void receive_reply(struct talk *talk)
{
	size_t filled = 0;

	connection_serve(&talk->connection);
	for (int turns = 0; turns < 1000 && talk->connection.fd >= 0; turns++) {
		ssize_t n = recv(talk->client, talk->data + filled,
			sizeof(talk->data) - filled, 0);

		if (n > 0)
			filled += (size_t)n;
		else if (talk->connection.sent == talk->connection.reply.length)
			break;
		connection_serve(&talk->connection);
	}
	for (ssize_t n = 1; n > 0; filled += n > 0 ? (size_t)n : 0)
		n = recv(talk->client, talk->data + filled, sizeof(talk->data) - filled,
			0);
	talk->reply = (struct bytes){ talk->data, filled };
}

/* Sends a command; returns the reply's errno, 0 for success, -1 for no reply. */
static inline int ask_with(struct talk *talk, unsigned command, const void *payload,
	size_t length, const int *fds, size_t n_fds)
{
	uint8_t *message = calloc(1, HEADER_SIZE + length);

	put_u16(message, 0x1234);
	put_u16(message + 2, (uint16_t)command);
	put_u32(message + 4, (uint32_t)(HEADER_SIZE + length));
	if (length)
		memcpy(message + HEADER_SIZE, payload, length);
	send_bytes(talk, message, HEADER_SIZE + length, fds, n_fds);
	free(message);
	receive_reply(talk);
	if (talk->reply.length == 0)
		return -1;
	assert_int_equal(bytes_u16(talk->reply, 0), 0x1234);
	assert_int_equal(bytes_u16(talk->reply, 2), command);
	assert_int_equal(bytes_u32(talk->reply, 4), talk->reply.length);
	if (bytes_u32(talk->reply, 8) == VFIO_USER_REPLY)
		return 0;
	assert_int_equal(bytes_u32(talk->reply, 8), VFIO_USER_REPLY | VFIO_USER_ERROR);
	assert_int_equal(talk->reply.length, HEADER_SIZE);
	return (int)bytes_u32(talk->reply, 12);
}

static inline int ask(
	struct talk *talk, unsigned command, const void *payload, size_t length)
{
	return ask_with(talk, command, payload, length, NULL, 0);
}

static inline void greet(struct talk *talk)
{
	static const char version[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":8}}";

	assert_int_equal(ask(talk, VFIO_USER_VERSION, version, sizeof(version)), 0);
}

static inline int read_region(
	struct talk *talk, uint32_t region, uint64_t offset, uint32_t count)
{
	uint8_t payload[16];

	put_u64(payload, offset);
	put_u32(payload + 8, region);
	put_u32(payload + 12, count);
	return ask(talk, VFIO_USER_REGION_READ, payload, sizeof(payload));
}

static inline uint32_t read_config(struct talk *talk, uint64_t offset)
{
	assert_int_equal(read_region(talk, REGION_CONFIG, offset, 4), 0);
	assert_int_equal(talk->reply.length, HEADER_SIZE + ACCESS_SIZE + 4);
	return bytes_u32(talk->reply, HEADER_SIZE + ACCESS_SIZE);
}

static inline int write_region(struct talk *talk, uint32_t region, uint64_t offset,
	uint32_t value, uint32_t count)
{
	uint8_t payload[20];

	assert_true(count <= 4);
	put_u64(payload, offset);
	put_u32(payload + 8, region);
	put_u32(payload + 12, count);
	put_u32(payload + 16, value);
	return ask(talk, VFIO_USER_REGION_WRITE, payload, ACCESS_SIZE + count);
}

static inline int map(
	struct talk *talk, unsigned command, uint64_t start, uint64_t size, int fd)
{
	uint8_t payload[32] = { 0 };
	size_t length = command == VFIO_USER_DMA_MAP ? 32 : 24;

	put_u32(payload, (uint32_t)length);
	put_u32(payload + 4, length == 32 ? 3 : 0);
	put_u64(payload + length - 16, start);
	put_u64(payload + length - 8, size);
	return ask_with(talk, command, payload, length, &fd, fd >= 0);
}

#endif
