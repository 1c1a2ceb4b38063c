/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpu-server CARD.conf FOLDER: plays a card for QEMU's vfio-user-pci. Each function has a
 * socket FOLDER/N.sock; when all of them listen, one line a function is printed: its
 * number, vendor:device and the socket. Ends with its parent, or on SIGTERM. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "connection.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"

enum {
	CARD_FILE_MAX = 1 << 20
};

struct port {
	int listener;
	char name[48];
	struct device device;
	struct connection connection;
};

struct server {
	struct card card;
	struct port *ports;
	size_t n_ports;
};

static int load_card(const char *path, struct arena *arena, struct card *card)
{
	struct bytes text;
	struct err err = { 0 };
	int result = file_read(AT_FDCWD, path, CARD_FILE_MAX, arena, &text);

	if (result < 0) {
		fprintf(stderr, "gpu-server: %s: %s\n", path, strerror(-result));
		return err_status_of(-result);
	}
	if (card_parse(text, path, arena, card, &err) < 0) {
		fprintf(stderr, "gpu-server: %s\n", err.text);
		return err.status;
	}
	return 0;
}

static int listen_on(const char *folder, size_t number)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd,
		n = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%zu.sock",
			folder, number);

	if (n < 0 || (size_t)n >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, 1) < 0)
		return -1;
	return fd;
}

static int open_ports(struct server *server, const char *folder)
{
	server->ports = calloc(server->n_ports, sizeof(*server->ports));
	if (!server->ports)
		return STATUS_IO;
	for (size_t i = 0; i < server->n_ports; i++) {
		struct port *port = &server->ports[i];
		const struct card_function *function = &server->card.functions[i];

		snprintf(port->name, sizeof(port->name), "function %zu (%04x:%04x)", i,
			function->vendor, function->device);
		device_init(&port->device, function, server->n_ports > 1);
		port->connection.fd = -1;
		port->listener = listen_on(folder, i);
		if (port->listener < 0) {
			fprintf(stderr, "gpu-server: %s/%zu.sock: %s\n", folder, i,
				strerror(errno));
			return STATUS_IO;
		}
	}
	return 0;
}

static void announce(const struct server *server, const char *folder)
{
	for (size_t i = 0; i < server->n_ports; i++)
		printf("%zu %04x:%04x %s/%zu.sock\n", i, server->card.functions[i].vendor,
			server->card.functions[i].device, folder, i);
	fflush(stdout);
}

/* One client at a time; a function starts as after power-on. */
static void accept_client(struct server *server, struct port *port)
{
	int fd = accept4(port->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (port->connection.fd >= 0) {
		fprintf(stderr, "gpu-server: %s: a second client is turned away\n",
			port->name);
		close(fd);
		return;
	}
	device_init(&port->device, port->device.function, server->n_ports > 1);
	connection_open(&port->connection, fd, &port->device, port->name, true);
}

static void serve(struct server *server)
{
	struct pollfd polls[2 * CARD_FUNCTIONS];

	for (;;) {
		for (size_t i = 0; i < server->n_ports; i++) {
			const struct port *port = &server->ports[i];

			polls[2 * i] = (struct pollfd){ port->listener, POLLIN, 0 };
			polls[2 * i + 1] = (struct pollfd){ port->connection.fd,
				connection_events(&port->connection), 0 };
		}
		if (poll(polls, 2 * server->n_ports, -1) < 0)
			continue;
		for (size_t i = 0; i < server->n_ports; i++) {
			if (polls[2 * i + 1].revents)
				connection_serve(&server->ports[i].connection);
			if (polls[2 * i].revents)
				accept_client(server, &server->ports[i]);
		}
	}
}

int main(int argc, char **argv)
{
	ARENA_AUTO arena = arena_new();
	struct server server = { 0 };
	int status;

	if (argc != 3) {
		fputs("usage: gpu-server CARD.conf FOLDER\n", stderr);
		return STATUS_USAGE;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	status = load_card(argv[1], arena, &server.card);
	server.n_ports = server.card.n_functions;
	if (status == 0)
		status = open_ports(&server, argv[2]);
	if (status)
		return status;
	announce(&server, argv[2]);
	serve(&server);
}
