/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's monitor (docs/interop/qmp-spec.rst), as far as screen and keys need it. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "watch.h"

static FILE *open_monitor(const char *path)
{
	const struct timeval limit = { .tv_sec = 20 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *stream;

	if (!path || strlen(path) >= sizeof(address.sun_path)) {
		if (fd >= 0)
			close(fd);
		errno = EINVAL;
		return NULL;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0)
		return NULL;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	stream = connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0
		? NULL
		: fdopen(fd, "r+");
	if (!stream)
		close(fd);
	return stream;
}

/* Reads until an answer comes; events pass by. */
static int read_answer(FILE *stream)
{
	char line[LINE_MAX_BYTES];

	while (fgets(line, sizeof(line), stream)) {
		json_t *json = json_loads(line, 0, NULL);
		bool good = json_object_get(json, "return") != NULL;
		bool bad = json_object_get(json, "error") != NULL;

		json_decref(json);
		if (good)
			return 0;
		if (bad) {
			fprintf(stderr, "watch: the monitor says: %s", line);
			return -1;
		}
	}
	fputs("watch: the monitor does not answer\n", stderr);
	return -1;
}

/* Takes the request over. */
static int ask(FILE *stream, json_t *request)
{
	int result = -1;

	fseek(stream, 0, SEEK_CUR); /* a stream turns from reading to writing so */
	if (request && json_dumpf(request, stream, JSON_COMPACT) == 0 &&
		fputc('\n', stream) != EOF && fflush(stream) == 0)
		result = read_answer(stream);
	json_decref(request);
	return result;
}

static FILE *enter(const char *path)
{
	char line[LINE_MAX_BYTES];
	FILE *stream = open_monitor(path);

	if (!stream || !fgets(line, sizeof(line), stream) ||
		ask(stream, json_pack("{ss}", "execute", "qmp_capabilities")) < 0) {
		fputs("watch: no monitor to talk to\n", stderr);
		if (stream)
			fclose(stream);
		return NULL;
	}
	return stream;
}

int qmp_screenshot(const char *socket_path, const char *file)
{
	const char *ending = strrchr(file, '.');
	FILE *stream = enter(socket_path);
	int result;

	if (!stream)
		return -1;
	result = ask(stream,
		json_pack("{sss{ssss}}", "execute", "screendump", "arguments", "filename",
			file, "format",
			ending && strcmp(ending, ".png") == 0 ? "png" : "ppm"));
	fclose(stream);
	return result;
}

/* One press of keys held together: names with "-" between them. */
static json_t *key_press(char *names)
{
	json_t *keys = json_array();
	char *rest = NULL;

	for (char *name = strtok_r(names, "-", &rest); name;
		name = strtok_r(NULL, "-", &rest))
		json_array_append_new(
			keys, json_pack("{ssss}", "type", "qcode", "data", name));
	return json_pack("{sss{so}}", "execute", "send-key", "arguments", "keys", keys);
}

/* The power button is no key: firmware's tables tell of it (ACPI). */
static json_t *press(char *names)
{
	if (strcmp(names, "powerbutton") == 0)
		return json_pack("{ss}", "execute", "system_powerdown");
	return key_press(names);
}

int qmp_keys(const char *socket_path, const char *keys)
{
	FILE *stream = enter(socket_path);
	char *copy = strdup(keys), *rest = NULL;
	int result = 0;

	if (stream && copy)
		for (char *names = strtok_r(copy, ",", &rest); names && result == 0;
			names = strtok_r(NULL, ",", &rest)) {
			result = ask(stream, press(names));
			usleep(150000); /* a key is held for 100 ms */
		}
	else
		result = -1;
	if (stream)
		fclose(stream);
	free(copy);
	return result;
}
