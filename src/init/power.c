/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end: processes, file systems, and the machine itself. */
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	TERM_LIMIT = 2000,
	KILL_LIMIT = 1000,
	DISK_LIMIT = 15000,
	TICK = 20
};

enum power power_requested(void)
{
	/* Taken away, or one that the kernel refuses would be tried for ever. */
	if (access(POWEROFF_FILE, F_OK) == 0) {
		unlink(POWEROFF_FILE);
		return POWER_OFF;
	}
	if (access(REBOOT_FILE, F_OK) == 0) {
		unlink(REBOOT_FILE);
		return POWER_REBOOT;
	}
	return POWER_NONE;
}

/* Reaps until there is no child left (true), `pid` has ended (true), or time is up. */
static bool reap_until(pid_t pid, int64_t limit)
{
	const struct timespec tick = { .tv_nsec = TICK * 1000000L };
	int64_t end = now_ms() + limit;

	for (;;) {
		pid_t ended = waitpid(-1, NULL, WNOHANG);

		if (ended < 0 && errno != EINTR)
			return true;
		if (pid && ended == pid)
			return true;
		if (ended > 0)
			continue;
		if (now_ms() >= end)
			return false;
		nanosleep(&tick, NULL);
	}
}

static void write_out(void)
{
	sync();
	mounts_end();
	sync();
}

/* A dead disk may hold sync() for ever, so a child does it, and gets that long. */
static void disks_end(const struct setup *setup)
{
	pid_t pid = fork();

	if (pid == 0) {
		write_out();
		_exit(0);
	}
	if (pid < 0)
		write_out();
	else if (!reap_until(pid, DISK_LIMIT))
		say(setup, SAY_LOUD,
			"a disk does not answer, so not all may have been written");
}

void power_down(const struct setup *setup, enum power power)
{
	say(setup, SAY_LOUD, power == POWER_REBOOT ? "restarting" : "switching off");
	/* PID 1 itself is exempt from kill(-1). A stopped process must go on to end. */
	kill(-1, SIGTERM);
	kill(-1, SIGCONT);
	if (!reap_until(0, TERM_LIMIT)) {
		kill(-1, SIGKILL);
		reap_until(0, KILL_LIMIT);
	}
	disks_end(setup);
	reboot(power == POWER_REBOOT ? RB_AUTOBOOT : RB_POWER_OFF);
	say(setup, SAY_LOUD, "the kernel refuses: %s", strerror(errno));
}
