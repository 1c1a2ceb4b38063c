/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's news of devices (lib/kobject_uevent.c), which come over netlink. */
#include "init.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	KERNEL_GROUP = 1,
	RECEIVE_BUFFER = 4 << 20
};

int uevent_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		.nl_groups = KERNEL_GROUP };
	int size = RECEIVE_BUFFER, saved;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	saved = errno;
	close(fd);
	return -saved;
}

/* "add@/devices/...", then KEY=VALUE, each ended with a NUL. */
const char *uevent_modalias(char *message, size_t length)
{
	static const char action[] = "ACTION=add", key[] = "MODALIAS=";
	const char *modalias = NULL;
	bool added = false;

	message[length] = '\0';
	for (size_t at = 0; at < length; at += strlen(message + at) + 1) {
		const char *field = message + at;

		if (strcmp(field, action) == 0)
			added = true;
		else if (strncmp(field, key, sizeof(key) - 1) == 0)
			modalias = field + sizeof(key) - 1;
	}
	return added && modalias && *modalias ? modalias : NULL;
}

bool uevent_drain(int fd, struct queue *queue)
{
	char message[UEVENT_SIZE + 1];

	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(
			fd, message, UEVENT_SIZE, 0, (struct sockaddr *)&from, &size);
		const char *modalias;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == ENOBUFS;
		if (from.nl_pid != 0) /* not from the kernel */
			continue;
		modalias = uevent_modalias(message, (size_t)n);
		if (modalias)
			queue_add(queue, modalias);
	}
}
