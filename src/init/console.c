/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which terminals there are, and how a child takes one. */
#include "init.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* tty0 is whatever screen is shown, so a program there would jump about: it gets tty1. */
static void add_console(struct consoles *consoles, const char *name)
{
	char kept[CONSOLE_NAME_SIZE];
	size_t length = 0;

	while (isalnum((unsigned char)name[length]))
		length++;
	if (length == 0 || length >= sizeof(kept) || consoles->count == CONSOLES_MAX)
		return;
	memcpy(kept, name, length);
	kept[length] = '\0';
	if (strcmp(kept, "tty0") == 0 || strcmp(kept, "tty") == 0)
		memcpy(kept, "tty1", 5);
	if (strcmp(kept, "null") == 0) /* console=null: no console at all */
		return;
	for (unsigned i = 0; i < consoles->count; i++) {
		if (strcmp(consoles->names[i], kept) == 0)
			return;
	}
	memcpy(consoles->names[consoles->count++], kept, sizeof(kept));
}

/* Values of `key` in a line of words, the last one first. */
static void add_backwards(struct consoles *consoles, const char *words, const char *key)
{
	char values[CONSOLES_MAX][32];
	unsigned count = 0;

	while (words_next(&words, key, values[count % CONSOLES_MAX], sizeof(values[0])))
		count++;
	for (unsigned i = 0; i < count && i < CONSOLES_MAX; i++)
		add_console(consoles, values[(count - 1 - i) % CONSOLES_MAX]);
}

void consoles_list(struct consoles *ret_consoles, const char *words, const char *active)
{
	memset(ret_consoles, 0, sizeof(*ret_consoles));
	add_backwards(ret_consoles, words, "console=");
	/* The firmware may name a serial console as well (ACPI SPCR), and the kernel
	 * opens it. It follows the screen unless the command line asks for it. */
	add_console(ret_consoles, "tty1");
	add_backwards(ret_consoles, active, "");
	add_backwards(ret_consoles, words, "gpuhost.serial=");
}

bool console_is_screen(const char *name)
{
	return strncmp(name, "tty", 3) == 0 && isdigit((unsigned char)name[3]);
}

static int console_open(const char *name, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/%s", name);
	/* O_NONBLOCK: opening a serial port may wait for a carrier. */
	return open(path, flags | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

/* Linux has /dev/ttyS0 to ttyS3 on every PC. Where no port is behind one, asking for its
 * modem lines says EIO; what has no modem lines says something else. */
bool console_usable(const char *name)
{
	int fd = console_open(name, O_RDWR), lines;
	struct termios state;
	bool usable;

	if (fd < 0)
		return false;
	usable = tcgetattr(fd, &state) == 0 &&
		(ioctl(fd, TIOCMGET, &lines) == 0 || errno != EIO);
	close(fd);
	return usable;
}

void consoles_find(struct consoles *ret_consoles, const char *words)
{
	char active[256];
	int fd = open("/sys/class/tty/console/active", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, active, sizeof(active) - 1);
	struct consoles all;

	if (fd >= 0)
		close(fd);
	active[n > 0 ? n : 0] = '\0';
	consoles_list(&all, words, active);
	memset(ret_consoles, 0, sizeof(*ret_consoles));
	for (unsigned i = 0; i < all.count; i++) {
		if (console_usable(all.names[i]))
			add_console(ret_consoles, all.names[i]);
	}
	if (ret_consoles->count == 0 && console_usable("console"))
		add_console(ret_consoles, "console");
}

/* A face that crashed may have left its terminal raw, without echo, in graphics mode, in
 * colour, without a cursor. */
static void make_sane(int fd, bool screen)
{
	static const char normal[] = "\033[0m\033[?25h";
	struct termios state;
	ssize_t written;

	if (tcgetattr(fd, &state) == 0) {
		state.c_iflag = ICRNL | IXON | (screen ? IUTF8 : 0);
		state.c_oflag = OPOST | ONLCR;
		state.c_cflag = (state.c_cflag & (CSIZE | CBAUD | CRTSCTS)) | CREAD |
			CLOCAL | (screen ? HUPCL : 0);
		state.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
			IEXTEN;
		state.c_cc[VINTR] = 'C' & 0x1f;
		state.c_cc[VQUIT] = '\\' & 0x1f;
		state.c_cc[VERASE] = 0x7f;
		state.c_cc[VKILL] = 'U' & 0x1f;
		state.c_cc[VEOF] = 'D' & 0x1f;
		state.c_cc[VSUSP] = 'Z' & 0x1f;
		state.c_cc[VMIN] = 1;
		state.c_cc[VTIME] = 0;
		tcsetattr(fd, TCSANOW, &state);
	}
	if (screen)
		ioctl(fd, KDSETMODE, KD_TEXT);
	written = write(fd, normal, sizeof(normal) - 1);
	(void)written;
}

int console_take(const char *name)
{
	int fd = console_open(name, O_RDWR), flags;

	if (fd < 0)
		return -errno;
	/* 1: even if the session of an earlier child still has it. */
	if (ioctl(fd, TIOCSCTTY, 1) < 0)
		ioctl(fd, TIOCSCTTY, 0);
	make_sane(fd, console_is_screen(name));
	flags = fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	return 0;
}
