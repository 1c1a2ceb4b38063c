/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The power button: a child that hears input devices, and tells PID 1. */
#include "init.h"

#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	EVENT_DEVICES_MAX = 64,
	LOOK_AGAIN = 1000
};

/* Devices by their number; -1: not open. The last place is for inotify. */
struct ears {
	struct pollfd fds[EVENT_DEVICES_MAX + 1];
};

/* Other devices, mice above all, would wake us for nothing. */
static bool has_power_key(int fd)
{
	unsigned char keys[KEY_MAX / 8 + 1] = { 0 };

	return ioctl(fd, EVIOCGBIT(EV_KEY, sizeof(keys)), keys) >= 0 &&
		(keys[KEY_POWER / 8] & (1 << KEY_POWER % 8));
}

static void open_devices(struct ears *ears)
{
	for (int i = 0; i < EVENT_DEVICES_MAX; i++) {
		char path[40];
		int fd;

		if (ears->fds[i].fd >= 0)
			continue;
		snprintf(path, sizeof(path), "/dev/input/event%d", i);
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0 && !has_power_key(fd)) {
			close(fd);
			fd = -1;
		}
		ears->fds[i].fd = fd;
	}
}

/* Reads what is there; a device that went away is closed. */
static bool power_pressed(struct pollfd *device)
{
	struct input_event events[16];
	bool pressed = false;
	ssize_t n = read(device->fd, events, sizeof(events));

	if (n <= 0) {
		close(device->fd);
		device->fd = -1;
		return false;
	}
	for (size_t i = 0; i < (size_t)n / sizeof(events[0]); i++)
		pressed |= events[i].type == EV_KEY && events[i].code == KEY_POWER &&
			events[i].value == 1;
	return pressed;
}

/* /dev/input comes with the first device; until then we look for it now and then. */
static bool watch(int inotify, bool watched)
{
	return watched ||
		inotify_add_watch(inotify, "/dev/input", IN_CREATE | IN_ATTRIB) >= 0;
}

int buttons_run(const struct setup *setup)
{
	struct ears ears;
	int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	bool watched = false;
	char news[4096];

	for (int i = 0; i <= EVENT_DEVICES_MAX; i++)
		ears.fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	ears.fds[EVENT_DEVICES_MAX].fd = inotify;
	for (;;) {
		watched = watch(inotify, watched);
		open_devices(&ears);
		poll(ears.fds, EVENT_DEVICES_MAX + 1, watched ? -1 : LOOK_AGAIN);
		while (read(inotify, news, sizeof(news)) > 0)
			continue;
		for (int i = 0; i < EVENT_DEVICES_MAX; i++) {
			if (!ears.fds[i].revents || !power_pressed(&ears.fds[i]))
				continue;
			say(setup, SAY_LOG, "the power button was pressed");
			kill(1, SIGUSR2);
		}
	}
}
