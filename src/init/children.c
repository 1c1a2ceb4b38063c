/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a child of PID 1 is started: in a session of its own, with a terminal or none. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* PID 1 blocks all signals and may have been started with some ignored. */
static void signals_reset(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void join(char *text, size_t size, const char *word)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s/dev/%s",
		length && text[length - 1] != '=' ? " " : "", word);
}

/*
 * The child's environment is made anew: the kernel puts unknown words of its command line
 * into PID 1's. GPUHOST_CONSOLE is the terminal of the child, GPUHOST_COPIES are those
 * that get a copy of important lines, separated by blanks.
 */
static void run_program(const struct job *job, const struct setup *setup)
{
	const struct consoles *consoles = &setup->consoles;
	char console[64] = "GPUHOST_CONSOLE=", copies[256] = "GPUHOST_COPIES=";
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", home[] = "HOME=/";
	char screen[] = "TERM=linux", serial[] = "TERM=vt102";
	bool on_serial = consoles->count && !console_is_screen(consoles->names[0]);
	char *environment[] = { path, home, on_serial ? serial : screen, console, copies,
		NULL };

	if (consoles->count)
		join(console, sizeof(console), consoles->names[0]);
	for (unsigned i = 1; i < consoles->count; i++)
		join(copies, sizeof(copies), consoles->names[i]);
	execve(job->argv[0], (char *const *)job->argv, environment);
	say(setup, SAY_LOUD, "can't start %s: %s", job->argv[0], strerror(errno));
}

pid_t child_start(const struct job *job, const struct setup *setup)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid > 0)
		return pid;
	/* Without a session of its own it could have no controlling terminal, so no
	 * Ctrl-C and no job control, and would share PID 1's fate in them. */
	setsid();
	signals_reset();
	prctl(PR_SET_NAME, job->name);
	if (job->on_console && setup->consoles.count) {
		int r = console_take(setup->consoles.names[0]);

		if (r < 0)
			say(setup, SAY_LOG, "can't open %s: %s", setup->consoles.names[0],
				strerror(-r));
	}
	if (job->run)
		_exit(job->run(setup));
	run_program(job, setup);
	_exit(127);
}
