/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers for the devices that are there, and for those that come later.
 *
 * Until the verdict stands only keys and the power button get theirs; then USB, disks,
 * network cards and the rest, several at a time. Each device is a process of its own, so
 * that a driver that hangs or crashes takes nothing with it; the kernel itself sees to it
 * that a module that two of them need is loaded once.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	VERDICT_LIMIT = 5000, /* so long does the verdict keep disks waiting */
	SETTLED = 500, /* without news so long, the first pass is over */
	PASS_LIMIT = 20000, /* or after so long in any case */
	HUNG = 30000, /* a worker of that age no longer counts */
	WORKERS_MAX = 32,
	WORKERS_LEAST = 2,
	WORKERS_MOST =
		4, /* more gain nothing: a lock in the kernel serialises much of it */
};

enum {
	POLL_UEVENTS,
	POLL_CHILDREN,
	POLL_COUNT
};

struct worker {
	pid_t pid; /* 0: a free place */
	int64_t started;
};

struct coldplug {
	const struct setup *setup;
	int root;
	struct modules modules;
	struct queue queue;
	struct pollfd fds[POLL_COUNT];
	struct worker workers[WORKERS_MAX];
	unsigned limit;
	enum rank last; /* devices up to this rank may have their drivers now */
	int64_t begun;
	int64_t last_news; /* when something last began or ended */
	bool done;
};

static void begin(struct coldplug *coldplug, const struct setup *setup)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct utsname name;
	sigset_t children;

	memset(coldplug, 0, sizeof(*coldplug));
	coldplug->setup = setup;
	coldplug->root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	coldplug->limit = processors > WORKERS_MOST ? WORKERS_MOST
		: processors < WORKERS_LEAST	    ? WORKERS_LEAST
						    : (unsigned)processors;
	coldplug->begun = coldplug->last_news = now_ms();
	uname(&name);
	modules_open(&coldplug->modules, coldplug->root, name.release, setup->words);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	coldplug->fds[POLL_CHILDREN] = (struct pollfd){
		.fd = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC),
		.events = POLLIN
	};
	/* Before the scan, or a device that comes in between would be missed. */
	coldplug->fds[POLL_UEVENTS] = (struct pollfd){ .fd = uevent_open(),
		.events = POLLIN };
	if (coldplug->fds[POLL_UEVENTS].fd < 0)
		say(setup, SAY_LOG, "no news of devices: %s",
			strerror(-coldplug->fds[POLL_UEVENTS].fd));
	queue_scan(&coldplug->queue, coldplug->root);
}

static void reap_workers(struct coldplug *coldplug, int64_t now)
{
	struct signalfd_siginfo info;
	pid_t pid;

	while (read(coldplug->fds[POLL_CHILDREN].fd, &info, sizeof(info)) > 0)
		continue;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		for (size_t i = 0; i < WORKERS_MAX; i++) {
			if (coldplug->workers[i].pid == pid)
				coldplug->workers[i].pid = 0;
		}
		coldplug->last_news = now;
	}
}

static unsigned running(const struct coldplug *coldplug, int64_t now)
{
	unsigned count = 0;

	for (size_t i = 0; i < WORKERS_MAX; i++)
		count += coldplug->workers[i].pid &&
			now - coldplug->workers[i].started < HUNG;
	return count;
}

static struct worker *free_place(struct coldplug *coldplug)
{
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		if (!coldplug->workers[i].pid)
			return &coldplug->workers[i];
	}
	return NULL;
}

/* For a device, or (NULL) for what LAST_FILE names. Without a process to spare it does
 * the work itself. */
static void start_worker(
	struct coldplug *coldplug, struct worker *worker, const char *modalias)
{
	pid_t pid = fork();

	if (pid <= 0)
		modules_load(&coldplug->modules, modalias, coldplug->setup);
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		*worker = (struct worker){ .pid = pid, .started = now_ms() };
}

static void raise_rank(struct coldplug *coldplug, int64_t now)
{
	if (coldplug->last == RANK_REST)
		return;
	if (access(VERDICT_FILE, F_OK) < 0 && now - coldplug->begun < VERDICT_LIMIT)
		return;
	coldplug->last = RANK_REST;
	coldplug->last_news = now;
}

static void start_workers(struct coldplug *coldplug, int64_t now)
{
	struct worker *worker;
	const char *modalias;

	while (running(coldplug, now) < coldplug->limit &&
		(worker = free_place(coldplug)) &&
		(modalias = queue_take(&coldplug->queue, coldplug->last))) {
		if (modules_answer(&coldplug->modules, modalias))
			start_worker(coldplug, worker, modalias);
	}
}

/* The end of the first full pass: no worker, no news for a while, nothing new in /sys. */
static void settle(struct coldplug *coldplug, int64_t now)
{
	int fd;

	if (coldplug->done || coldplug->last != RANK_REST)
		return;
	if (now - coldplug->begun < PASS_LIMIT) {
		if (running(coldplug, now) || now - coldplug->last_news < SETTLED)
			return;
		if (queue_scan(&coldplug->queue, coldplug->root)) {
			coldplug->last_news = now;
			return;
		}
	}
	coldplug->done = true;
	fd = open(COLDPLUG_DONE_FILE, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		say(coldplug->setup, SAY_LOUD, "can't make %s: %s", COLDPLUG_DONE_FILE,
			strerror(errno));
	else
		close(fd);
	say(coldplug->setup, SAY_LOG, "the devices at hand have their drivers");
}

static int poll_limit(const struct coldplug *coldplug, int64_t now)
{
	if (coldplug->last != RANK_REST)
		return 20;
	if (!coldplug->done)
		return 100;
	return running(coldplug, now) || coldplug->fds[POLL_UEVENTS].fd < 0 ? 1000 : -1;
}

int coldplug_run(const struct setup *setup)
{
	struct coldplug coldplug;
	int64_t now;

	begin(&coldplug, setup);
	for (;;) {
		size_t before = coldplug.queue.count;

		now = now_ms();
		raise_rank(&coldplug, now);
		reap_workers(&coldplug, now);
		start_workers(&coldplug, now);
		settle(&coldplug, now);
		poll(coldplug.fds, POLL_COUNT, poll_limit(&coldplug, now));
		if (coldplug.fds[POLL_UEVENTS].fd < 0 ||
			uevent_drain(coldplug.fds[POLL_UEVENTS].fd, &coldplug.queue))
			queue_scan(&coldplug.queue, coldplug.root);
		if (coldplug.queue.count > before)
			coldplug.last_news = now_ms();
	}
}
