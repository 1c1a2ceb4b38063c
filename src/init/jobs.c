/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which child runs when, and what happens when one dies.
 *
 * "first" loads what the verdict needs; when it has ended, or after FIRST_LIMIT, come the
 * face (or, if asked for, a shell), coldplug and buttons. All are started again when they
 * end. A face that dies again and again makes way for a shell; when that ends, the face
 * gets its next chance.
 */
#include "init.h"

#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum {
	FIRST_LIMIT = 5000,
	FACE_PAUSE = 250,
	HELPER_PAUSE = 1000, /* doubled with each recent death */
	SHELL_MINIMUM = 2000, /* a shell that ends sooner can't have been of use */
	SHELL_PAUSE = 10000,
};

static const char *const face_argv[] = { FACE_PATH, "live", NULL };
static const char *const shell_argv[] = { SHELL_PATH, "-i", NULL };

static const struct job jobs_table[JOB_COUNT] = {
	[JOB_FIRST] = { "init-first", NULL, first_run, false },
	[JOB_FACE] = { "face", face_argv, NULL, true },
	[JOB_SHELL] = { "shell", shell_argv, NULL, true },
	[JOB_COLDPLUG] = { "init-coldplug", NULL, coldplug_run, false },
	[JOB_BUTTONS] = { "init-buttons", NULL, buttons_run, false },
};

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void jobs_begin(struct jobs *ret_jobs, const struct setup *setup, int64_t now)
{
	memset(ret_jobs, 0, sizeof(*ret_jobs));
	for (size_t i = 0; i < JOB_COUNT; i++) {
		struct child *child = &ret_jobs->child[i];

		child->due = now + FIRST_LIMIT;
		for (size_t d = 0; d < DEATHS_MAX; d++)
			child->deaths[d] = -NEVER;
	}
	ret_jobs->child[JOB_FIRST].due = now;
	ret_jobs->child[setup->shell ? JOB_FACE : JOB_SHELL].due = NEVER;
}

static unsigned recent_deaths(const struct child *child, int64_t now)
{
	unsigned count = 0;

	for (size_t i = 0; i < DEATHS_MAX; i++)
		count += now - child->deaths[i] <= DEATHS_PERIOD;
	return count;
}

bool child_died_too_often(struct child *child, int64_t now)
{
	child->deaths[child->next_death] = now;
	child->next_death = (child->next_death + 1) % DEATHS_MAX;
	return recent_deaths(child, now) == DEATHS_MAX;
}

static void forget_deaths(struct child *child)
{
	for (size_t i = 0; i < DEATHS_MAX; i++)
		child->deaths[i] = -NEVER;
}

/* A whole sentence each: what the screen program ended with tells where to look. */
static void say_shell(const struct setup *setup, int status)
{
	if (WIFSIGNALED(status))
		say(setup, SAY_LOUD,
			"the screen program died %d times in %d seconds (signal %d); "
			"here is a "
			"shell, leave it with \"exit\" to try again",
			DEATHS_MAX, DEATHS_PERIOD / 1000, WTERMSIG(status));
	else
		say(setup, SAY_LOUD,
			"the screen program died %d times in %d seconds (status %d); "
			"here is a "
			"shell, leave it with \"exit\" to try again",
			DEATHS_MAX, DEATHS_PERIOD / 1000, WEXITSTATUS(status));
}

static void face_ended(
	struct jobs *jobs, const struct setup *setup, int status, int64_t now)
{
	struct child *face = &jobs->child[JOB_FACE];

	if (child_died_too_often(face, now)) {
		forget_deaths(face);
		say_shell(setup, status);
		jobs->child[JOB_SHELL].due = now;
	} else {
		face->due = now + FACE_PAUSE;
	}
}

static void shell_ended(struct jobs *jobs, const struct setup *setup, int64_t now)
{
	const struct child *shell = &jobs->child[JOB_SHELL];
	int64_t due = now;

	if (now - shell->started < SHELL_MINIMUM) {
		say(setup, SAY_LOUD,
			"the shell ended at once; the screen program starts in %d "
			"seconds",
			SHELL_PAUSE / 1000);
		due = now + SHELL_PAUSE;
	}
	jobs->child[JOB_FACE].due = due;
}

static void first_ended(struct jobs *jobs, int64_t now)
{
	for (size_t i = 0; i < JOB_COUNT; i++) {
		struct child *child = &jobs->child[i];

		if (i != JOB_FIRST && child->due != NEVER && child->due > now)
			child->due = now;
	}
}

static void helper_ended(struct child *child, int64_t now)
{
	int64_t pause = HELPER_PAUSE << recent_deaths(child, now);

	child_died_too_often(child, now);
	child->due = now + pause;
}

static void job_ended(struct jobs *jobs, const struct setup *setup, enum job_id id,
	int status, int64_t now)
{
	say(setup, SAY_LOG, "%s ended with %s %d", jobs_table[id].name,
		WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	switch (id) {
	case JOB_FIRST:
		first_ended(jobs, now);
		break;
	case JOB_FACE:
		face_ended(jobs, setup, status, now);
		break;
	case JOB_SHELL:
		shell_ended(jobs, setup, now);
		break;
	case JOB_COLDPLUG:
	case JOB_BUTTONS:
	case JOB_COUNT:
		helper_ended(&jobs->child[id], now);
		break;
	}
}

void jobs_note_end(
	struct jobs *jobs, const struct setup *setup, pid_t pid, int status, int64_t now)
{
	for (size_t i = 0; i < JOB_COUNT; i++) {
		struct child *child = &jobs->child[i];

		if (child->pid != pid)
			continue;
		child->pid = 0;
		job_ended(jobs, setup, (enum job_id)i, status, now);
		return;
	}
}

void jobs_start_due(struct jobs *jobs, const struct setup *setup, int64_t now)
{
	for (size_t i = 0; i < JOB_COUNT; i++) {
		struct child *child = &jobs->child[i];
		pid_t pid;

		if (child->pid || child->due > now)
			continue;
		child->due = NEVER;
		child->started = now;
		pid = child_start(&jobs_table[i], setup);
		if (pid > 0) {
			child->pid = pid;
			continue;
		}
		/* No memory or no process left: that passes, so this is no death. */
		say(setup, SAY_LOUD, "can't start %s: %s", jobs_table[i].name,
			strerror(-pid));
		child->due = now + HELPER_PAUSE;
	}
}

int64_t jobs_next_due(const struct jobs *jobs)
{
	int64_t due = NEVER;

	for (size_t i = 0; i < JOB_COUNT; i++) {
		if (!jobs->child[i].pid && jobs->child[i].due < due)
			due = jobs->child[i].due;
	}
	return due;
}
