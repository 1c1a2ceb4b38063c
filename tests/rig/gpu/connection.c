/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one message at a time, so that descriptors can't be taken for another's. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ROUNDS = 64 /* messages a turn, so that no client starves the others */
};

void connection_open(struct connection *connection, int fd, struct device *device,
	const char *name, bool verbose)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	connection->fd = fd;
	connection->session = (struct session){
		.device = device,
		.name = name,
		.verbose = verbose,
	};
	connection->filled = connection->n_fds = connection->sent = 0;
	connection->reply.length = 0;
	connection->closing = false;
}

static void drop_fds(struct connection *connection)
{
	for (size_t i = 0; i < connection->n_fds; i++)
		close(connection->fds[i]);
	connection->n_fds = 0;
}

void connection_close(struct connection *connection)
{
	if (connection->fd < 0)
		return;
	drop_fds(connection);
	close(connection->fd);
	connection->fd = -1;
	session_end(&connection->session);
}

short connection_events(const struct connection *connection)
{
	return connection->sent < connection->reply.length ? POLLOUT : POLLIN;
}

/* Keeps the descriptors of a control message; false if there are too many. */
static bool take_fds(struct connection *connection, struct cmsghdr *control)
{
	size_t n = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
		if (connection->n_fds < MESSAGE_FDS) {
			connection->fds[connection->n_fds++] = fd;
			continue;
		}
		close(fd);
		good = false;
	}
	return good;
}

/* Receives up to `wanted` bytes in all. 1: they are there, 0: not yet, -1: the end. */
static int fill(struct connection *connection, size_t wanted)
{
	/* One more than allowed, to see that there are too many. */
	_Alignas(struct cmsghdr) char space[CMSG_SPACE((MESSAGE_FDS + 1) * sizeof(int))];
	struct iovec part = { connection->input + connection->filled,
		wanted - connection->filled };
	struct msghdr header = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof(space) };
	bool good = true;
	ssize_t n;

	if (part.iov_len == 0)
		return 1;
	n = recvmsg(connection->fd, &header, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (struct cmsghdr *control = CMSG_FIRSTHDR(&header); control;
		control = CMSG_NXTHDR(&header, control))
		if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
			good = take_fds(connection, control) && good;
	if (!good || (header.msg_flags & MSG_CTRUNC)) {
		session_complain(
			&connection->session, "more than %d descriptors", MESSAGE_FDS);
		return -1;
	}
	if (n == 0) {
		if (connection->filled)
			session_complain(&connection->session,
				"the end after %zu bytes of a message",
				connection->filled);
		return -1;
	}
	connection->filled += (size_t)n;
	return connection->filled == wanted;
}

/* 1: a whole message was read, 0: not yet, -1: the end. */
static int receive(struct connection *connection)
{
	int result, size;

	if (connection->filled < HEADER_SIZE) {
		result = fill(connection, HEADER_SIZE);
		if (result <= 0)
			return result;
	}
	size = session_message_size((struct bytes){ connection->input, HEADER_SIZE });
	/* Where the next message starts nobody knows: the session says so and ends. */
	return size < 0 ? 1 : fill(connection, (size_t)size);
}

/* 1: the reply is out, 0: not yet, -1: the end. */
static int flush(struct connection *connection)
{
	const struct reply *reply = &connection->reply;
	ssize_t n;

	while (connection->sent < reply->length) {
		n = send(connection->fd, reply->data + connection->sent,
			reply->length - connection->sent, MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		connection->sent += (size_t)n;
	}
	return connection->closing ? -1 : 1;
}

static int serve_one(struct connection *connection)
{
	struct message message = { .fds = connection->fds };
	int result = flush(connection);

	if (result <= 0)
		return result;
	result = receive(connection);
	if (result <= 0)
		return result;
	message.bytes = (struct bytes){ connection->input, connection->filled };
	message.n_fds = connection->n_fds;
	connection->closing = session_handle(&connection->session, &message,
				      &connection->reply) < 0;
	connection->filled = connection->sent = 0;
	drop_fds(connection);
	return flush(connection);
}

void connection_serve(struct connection *connection)
{
	int result = 1;

	for (int i = 0; i < ROUNDS && result > 0; i++)
		result = serve_one(connection);
	if (result < 0)
		connection_close(connection);
}
