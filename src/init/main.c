/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpuhost-init: PID 1 of the image.
 *
 * It mounts what everybody expects, starts the children of jobs.c, and then waits for
 * signals for ever, because the kernel panics when PID 1 ends. So it allocates no memory,
 * holds no descriptor but 0 to 2, blocks all signals and takes them with sigtimedwait,
 * and leaves whatever may fail to its children. It doesn't mind what it is called: an
 * initrd that ours was added to starts it as /gpuhost-init.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The face's files are looked for that often at least; it ends after making one, and that
 * wakes us at once. */
enum {
	LOOK_AGAIN = 1000
};

/* Signals that mean something; all others are taken and forgotten. They are those that
 * busybox's halt, poweroff and reboot send, so that these do what they say in our shell.
 */
static const struct {
	int signal;
	enum power power;
} requests[] = {
	{ SIGUSR1, POWER_OFF }, /* halt */
	{ SIGUSR2, POWER_OFF }, /* poweroff, and the power button (buttons.c) */
	{ SIGPWR, POWER_OFF }, { SIGTERM, POWER_REBOOT }, /* reboot */
	{ SIGINT, POWER_REBOOT }, /* Ctrl-Alt-Del */
};

/* The kernel opens /dev/console as 0 to 2, if it is there. From then on we use the
 * consoles by name. Something must lie behind 0 to 2, or the next file opened would
 * become a child's standard output: without /dev/null, the root folder does, which can't
 * be read or written. */
static void hold_descriptors(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		fd = open("/", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 3; i++) {
		if (fd >= 0 && fd != i)
			dup2(fd, i);
	}
	/* This one, and whatever a wrapper left open. */
	syscall(SYS_close_range, 3, ~0U, 0);
}

/* Blocked signals are kept for sigtimedwait even if they would be ignored by default. */
static void block_signals(sigset_t *ret_all)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGCHLD, &action, NULL);
	sigfillset(ret_all);
	sigprocmask(SIG_SETMASK, ret_all, NULL);
}

static void boot(struct setup *ret_setup, int argc, char **argv)
{
	struct mount_errors errors;

	umask(022);
	if (chdir("/") < 0)
		errno = 0; /* then we are elsewhere, and nothing here depends on it */
	mounts_make(&errors);
	hold_descriptors();
	memset(ret_setup, 0, sizeof(*ret_setup));
	words_read(ret_setup->words, argc, argv);
	ret_setup->verbose = words_has(ret_setup->words, "gpuhost.verbose");
	ret_setup->shell = words_has(ret_setup->words, "gpuhost.shell");
	consoles_find(&ret_setup->consoles, ret_setup->words);
	mounts_say(ret_setup, &errors);
	if (ret_setup->consoles.count == 0)
		say(ret_setup, SAY_LOG, "there is no console");
	/* Ctrl-Alt-Del shall be a signal to us, and no reset at once. */
	reboot(RB_DISABLE_CAD);
}

static void reap(struct jobs *jobs, const struct setup *setup)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		jobs_note_end(jobs, setup, pid, status, now_ms());
}

static int wait_signal(const sigset_t *all, int64_t due)
{
	int64_t wait = due - now_ms();
	struct timespec limit;

	if (wait < 0)
		wait = 0;
	if (wait > LOOK_AGAIN)
		wait = LOOK_AGAIN;
	limit.tv_sec = wait / 1000;
	limit.tv_nsec = wait % 1000 * 1000000;
	return sigtimedwait(all, NULL, &limit);
}

static enum power power_of(int signal)
{
	for (size_t i = 0; i < COUNT(requests); i++) {
		if (requests[i].signal == signal)
			return requests[i].power;
	}
	return POWER_NONE;
}

static _Noreturn void run_for_ever(const struct setup *setup, const sigset_t *all)
{
	struct jobs jobs;

	jobs_begin(&jobs, setup, now_ms());
	for (;;) {
		enum power power;

		jobs_start_due(&jobs, setup, now_ms());
		power = power_of(wait_signal(all, jobs_next_due(&jobs)));
		reap(&jobs, setup);
		if (power == POWER_NONE)
			power = power_requested();
		if (power == POWER_NONE)
			continue;
		power_down(setup, power);
		/* The kernel refused, and all children are gone: begin again. */
		jobs_begin(&jobs, setup, now_ms());
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int main(int argc, char **argv)
{
	struct setup setup;
	sigset_t all;

	if (getpid() != 1) {
		if (argc > 0 && strcmp(base_name(argv[0]), "modprobe") == 0)
			return modprobe_main(argc, argv);
		if (argc == 2 && strcmp(argv[1], "coldplug") == 0) {
			memset(&setup, 0, sizeof(setup));
			words_read(setup.words, 1, argv);
			return coldplug_run(&setup);
		}
		fputs("gpuhost-init is PID 1 of gpuhost's image; see gpuhost(1)\n",
			stderr);
		return 64;
	}
	block_signals(&all);
	boot(&setup, argc, argv);
	run_for_ever(&setup, &all);
}
