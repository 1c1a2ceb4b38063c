/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PID 1 of the image and its helpers; prototypes are titled by the file they are in.
 *
 * PID 1 is main.c, jobs.c, children.c, console.c, mounts.c, power.c, say.c and words.c.
 * These call nothing that allocates memory, and whatever may block or fail badly is done
 * by a child. buttons.c, first.c, coldplug.c, queue.c, uevent.c and modules.c run in
 * children only.
 */
#ifndef GPUHOST_INIT_H
#define GPUHOST_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define PRINTF_LIKE(form, first) __attribute__((format(printf, form, first)))

/* Where PID 1 and the face leave each other notes: empty files in this folder. */
#define RUN_FOLDER "/run/gpuhost"
#define VERDICT_FILE RUN_FOLDER "/verdict" /* the face: the verdict stands */
#define COLDPLUG_DONE_FILE RUN_FOLDER "/coldplug-done" /* the first full pass is over */
#define POWEROFF_FILE RUN_FOLDER "/poweroff" /* the face asks for it */
#define REBOOT_FILE RUN_FOLDER "/reboot"

#define SHELL_PATH "/bin/sh"
#define FACE_PATH "/usr/bin/gpuhost"

enum {
	CONSOLES_MAX = 8,
	CONSOLE_NAME_SIZE = 16,
	WORDS_SIZE = 4096
};

/* Consoles by their names in /dev: the first is the face's, the others get a copy of what
 * is important. */
struct consoles {
	unsigned count;
	char names[CONSOLES_MAX][CONSOLE_NAME_SIZE];
};

/* What is decided once at boot, and constant afterwards. */
struct setup {
	char words[WORDS_SIZE]; /* the kernel's words, then those of our own command line
				 */
	struct consoles consoles;
	bool verbose;
	bool shell;
};

/* ---- words.c: the kernel command line ---- */

/* /proc/cmdline and the arguments, as one line; what can't be read or doesn't fit is left
 * out. */
void words_read(char words[WORDS_SIZE], int argc, char **argv);
/* Is there just this word? */
bool words_has(const char *words, const char *word);
/*
 * Steps through the words that begin with `key`, such as "console=". *cursor is the line
 * at first. What follows the key goes to `ret_value`, cut to `size`; false at the end.
 */
bool words_next(const char **cursor, const char *key, char *ret_value, size_t size);

/* ---- say.c: what PID 1 tells ---- */

/* SAY_LOG goes to the kernel log, SAY_LOUD to all consoles as well. */
enum loudness {
	SAY_LOG,
	SAY_LOUD
};
void say(const struct setup *setup, enum loudness loudness, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* ---- console.c ---- */

/*
 * Which consoles there may be, best first. `active` is the text of
 * /sys/class/tty/console/active. The last console= of the kernel comes first, as that is
 * where the kernel's own /dev/console leads.
 */
void consoles_list(struct consoles *ret_consoles, const char *words, const char *active);
/* Lists them and drops those that aren't usable. */
void consoles_find(struct consoles *ret_consoles, const char *words);
/* A terminal with something behind it. */
bool console_usable(const char *name);
bool console_is_screen(const char *name);
/* In a child that leads a session: makes it the controlling terminal, in a sane state,
 * and its standard input, output and error. 0 or -errno. */
int console_take(const char *name);

/* ---- mounts.c ---- */

enum {
	MOUNTS_MAX = 8
};

/* What went wrong with each mount; said once there are consoles. */
struct mount_errors {
	int codes[MOUNTS_MAX];
};

void mounts_make(struct mount_errors *ret_errors);
void mounts_say(const struct setup *setup, const struct mount_errors *errors);
/* Unmounts all that can be, makes the rest read-only. May block on a dead disk. */
void mounts_end(void);

/* ---- children.c: how a child is started ---- */

/* A program (`argv`), or a function of this one (`run`), whose value is the exit status.
 */
struct job {
	const char *name;
	const char *const *argv;
	int (*run)(const struct setup *setup);
	bool on_console;
};

/* Starts it in a session of its own; its process id, or -errno. */
pid_t child_start(const struct job *job, const struct setup *setup);

/* ---- jobs.c: which child runs when ---- */

enum job_id {
	JOB_FIRST,
	JOB_FACE,
	JOB_SHELL,
	JOB_COLDPLUG,
	JOB_BUTTONS,
	JOB_COUNT
};

enum {
	DEATHS_MAX = 5,
	DEATHS_PERIOD = 10000,
	NEVER_SECONDS = 1 << 30
};
#define NEVER ((int64_t)NEVER_SECONDS * 1000)

/* Times in milliseconds of the monotonic clock. */
struct child {
	pid_t pid; /* 0: not running */
	int64_t started;
	int64_t due; /* when to start it; NEVER: not until something happens */
	int64_t deaths[DEATHS_MAX]; /* a ring of the last ones */
	unsigned next_death;
};

struct jobs {
	struct child child[JOB_COUNT];
};

int64_t now_ms(void);
void jobs_begin(struct jobs *ret_jobs, const struct setup *setup, int64_t now);
void jobs_start_due(struct jobs *jobs, const struct setup *setup, int64_t now);
/* A process ended, ours or an orphan. */
void jobs_note_end(
	struct jobs *jobs, const struct setup *setup, pid_t pid, int status, int64_t now);
/* When the next job is due, NEVER if none is. */
int64_t jobs_next_due(const struct jobs *jobs);
/* Notes a death; true if it was the last of DEATHS_MAX within DEATHS_PERIOD. */
bool child_died_too_often(struct child *child, int64_t now);

/* ---- power.c: the end ---- */

enum power {
	POWER_NONE,
	POWER_OFF,
	POWER_REBOOT
};

/* What the face asks for with a file, which this takes away. */
enum power power_requested(void);
/* Ends all processes, writes everything out and switches off or restarts. Returns only if
 * the kernel refuses. */
void power_down(const struct setup *setup, enum power power);

/* ---- buttons.c (child): the power button ---- */

int buttons_run(const struct setup *setup);

/* ---- first.c (child): what the verdict needs ---- */

/* Modules that the verdict needs and no device asks for, such as msr: names, one a line;
 * "#" begins a comment. */
#define FIRST_FILE "/lib/gpuhost/first"

/* Loads the first modules and mounts efivarfs. */
int first_run(const struct setup *setup);

/* ---- modules.c (children): what depmod knows of the modules ---- */

struct module {
	char *name; /* '_' for '-' */
	char *path; /* below /lib/modules/VERSION */
	char *depends; /* paths, separated by blanks; the last one is to be loaded first
			*/
	bool listed;
};

struct module_alias {
	const char *pattern;
	const char *module;
	size_t literal; /* so many characters hold no wildcard */
};

/* Names of modules, best order of loading first. */
struct module_list {
	struct module **modules;
	size_t count;
};

struct modules {
	int folder; /* /lib/modules/VERSION, or -1 */
	const char *words; /* kernel words: options and blacklist */
	struct module *all; /* sorted by name */
	size_t count;
	char *text[4]; /* the files; what is above points into them */
	struct module_alias *aliases;
	size_t alias_count;
	bool aliases_read;
};

/*
 * Reads the index below `root`; what is missing or damaged is left out, never an error.
 * Frees what it holds: modules_free, which takes half-built ones too.
 */
void modules_open(
	struct modules *ret_modules, int root, const char *release, const char *words);
void modules_free(struct modules *modules);
/* Is there a module, not blacklisted, for this device? */
bool modules_answer(struct modules *modules, const char *modalias);
/*
 * Adds what to load, in order, for a module's name or an alias (a modalias, "fs-vfat"):
 * soft dependencies before, dependencies, the module, soft dependencies after. What an
 * earlier call listed is not listed again. The blacklist concerns aliases only.
 */
void modules_want(struct modules *modules, const char *name, struct module_list *list);
void module_list_free(struct module_list *list);
/* The module's options: /lib/gpuhost/modules.conf, then kernel words NAME.OPTION=VALUE.
 */
void module_options(const struct modules *modules, const struct module *module,
	char *ret_options, size_t size);
/* finit_module's flags for a file of this name. */
int module_flags(const char *path);

/* ---- load.c (children): loading ---- */

/* Loads what `name` asks for. The number of modules that failed. */
int modules_load(struct modules *modules, const char *name, const struct setup *setup);
/* As the kernel calls /sbin/modprobe: -q -- NAME. Exit status. */
int modprobe_main(int argc, char **argv);

/* ---- queue.c (child): devices that ask for a module ---- */

/* When a device gets its driver. The verdict stands after RANK_EARLY. */
enum rank {
	RANK_EARLY,
	RANK_USB,
	RANK_STORAGE,
	RANK_NETWORK,
	RANK_REST,
	RANK_NEVER
};

enum {
	QUEUE_MAX = 16384,
	MODALIAS_SIZE = 4097
};

struct queue_entry {
	char *modalias;
	enum rank rank;
	bool taken;
};

/* Each modalias once, however many devices have it. */
struct queue {
	struct queue_entry *entries;
	size_t count, room;
};

enum rank modalias_rank(const char *modalias);
/* True if it is new. */
bool queue_add(struct queue *queue, const char *modalias);
/* Takes the next one: lowest rank first, then the oldest; NULL if none up to `last`. */
const char *queue_take(struct queue *queue, enum rank last);
/* Adds every modalias of the buses and input devices below `root`/sys; how many were new.
 */
size_t queue_scan(struct queue *queue, int root);
void queue_free(struct queue *queue);

/* ---- uevent.c (child): the kernel's news of devices ---- */

enum {
	UEVENT_SIZE = 8192
};

/* A socket that hears them, or -errno. */
int uevent_open(void);
/* The modalias of a device that was added, NULL for other news. `message` must have room
 * for one more byte than `length`. */
const char *uevent_modalias(char *message, size_t length);
/* Adds what the socket holds to the queue. True if news were lost, so that /sys must be
 * looked through again. */
bool uevent_drain(int fd, struct queue *queue);

/* ---- coldplug.c (child) ---- */

int coldplug_run(const struct setup *setup);

#endif
