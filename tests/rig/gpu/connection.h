/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client's socket: bytes and descriptors become messages, replies become bytes. */
#ifndef RIG_CONNECTION_H
#define RIG_CONNECTION_H

#include "session.h"

struct connection {
	int fd; /* -1: none */
	struct session session;
	uint8_t input[MESSAGE_MAX];
	size_t filled;
	int fds[MESSAGE_FDS]; /* that came with the message being read */
	size_t n_fds;
	struct reply reply; /* while it is not out, nothing is read */
	size_t sent;
	bool closing; /* once the reply is out */
};

/* Takes the descriptor over and makes it non-blocking. */
void connection_open(struct connection *connection, int fd, struct device *device,
	const char *name, bool verbose);
/* What poll() is to wait for. */
short connection_events(const struct connection *connection);
/* Does what can be done without waiting; closes the connection at its end. */
void connection_serve(struct connection *connection);
void connection_close(struct connection *connection);

#endif
