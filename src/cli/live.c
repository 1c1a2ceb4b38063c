/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpuhost live: what one sees after starting a PC from the image.
 *
 * First the verdict, from what the kernel knows without any driver; then, when drivers of
 * disks are there, once more if it changed; then reports go to the stick, whenever its
 * partition appears. Lines for programs go to the serial port beside it.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "gpuhost/knowledge.h"
#include "gpuhost/language.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

enum {
	TICK = 250, /* ms between looks at what has changed */
	STICK_PATIENCE = 12000, /* ms after all drivers are there until a stick is missed:
				   usb-storage waits a second, slow sticks some more */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd >= 0)
		close(fd);
}

/* Judges this machine into a new arena; the one before stays if that fails. */
static int judge_machine(struct live *live, struct err *err)
{
	struct arena *arena = arena_new();
	/* What only the saved report needs would cost the first screen time. */
	struct machine_options machine_options = { .names = live->complete };
	struct knowledge *knowledge = arena_alloc(arena, sizeof(*knowledge));
	struct judgement *judgement = arena_alloc(arena, sizeof(*judgement));
	struct judge_options options = { .gpu = NULL };
	struct record *record = source_live(
		arena, "/", live->complete ? SOURCE_WHOLE : SOURCE_FOR_CHECKS);
	const struct machine *machine = machine_read(record, &machine_options, arena);

	if (knowledge_read(NULL, machine, false, arena, knowledge, err) < 0 ||
		judge(machine, knowledge, &options, arena, judgement, err) < 0) {
		arena_free(arena);
		return -1;
	}
	arena_free(live->arena);
	live->arena = arena;
	live->record = record;
	live->judgement = judgement;
	return 0;
}

/* Findings and sentences are made in the language of the moment, so a change of it judges
 * again. What the markers say stands on the screen already. */
void live_judge(struct live *live)
{
	struct err err;
	const char *marker;

	if (judge_machine(live, &err) < 0) {
		live_say(live, err.text);
		live_mark(live, "GPUHOST-VERDICT verdict=unknown fails= unknown=");
		return;
	}
	marker = marker_verdict(live->arena, live->judgement);
	live->changed = true;
	if (strcmp(marker, live->marker) == 0)
		return;
	snprintf(live->marker, sizeof(live->marker), "%s", marker);
	live_draw(live);
	live_mark(live, marker);
}

static void finish_test(struct live *live)
{
	ARENA_AUTO arena = arena_new();

	if (!live->test)
		return;
	live_mark(live,
		arena_printf(arena, "GPUHOST-RESULT status=ok stage=check code=%d",
			live->judgement ? verdict_exit_status(live->judgement->verdict)
					: STATUS_UNKNOWN));
	live_end(live, LIVE_RUN "/poweroff");
}

static void note_saved(struct live *live, const struct saved *saved, const char *error)
{
	ARENA_AUTO arena = arena_new();

	if (error)
		live_mark(live,
			arena_printf(arena, "GPUHOST-SAVED error=%s%s%s",
				marker_value(arena, error), saved->path ? " path=" : "",
				saved->path ? saved->path : ""));
	else
		live_mark(
			live, arena_printf(arena, "GPUHOST-SAVED path=%s", saved->path));
}

/* True if all of it is saved. */
static bool save_on(struct live *live, const struct volume *volume, struct arena *arena)
{
	struct saved saved = { .path = NULL };
	struct err err;
	bool whole;

	live_say(live, _("Saving the report…"));
	if (volume_mount(volume, LIVE_STICK, true, &err) < 0) {
		live_say(live, err.text);
		note_saved(live, &saved, err.text);
		return false;
	}
	whole = reports_save(LIVE_STICK, live->record, live->judgement, arena, &saved,
			&err) == 0;
	volume_unmount(LIVE_STICK);
	if (whole)
		live_say(live,
			arena_printf(arena,
				_("Report and capture are on the stick, in %s. It can be "
				  "pulled out."),
				saved.path));
	else
		live_say(live,
			arena_printf(arena,
				saved.path ? _("Only a part could be saved: %s")
					   : _("Nothing could be saved: %s"),
				err.text));
	note_saved(live, &saved, whole ? NULL : err.text);
	return whole;
}

static void say_missing(struct live *live, enum stick_answer answer)
{
	struct saved saved = { .path = NULL };

	live->missed = true;
	if (answer == STICK_SEVERAL) {
		live_say(live,
			_("Several partitions are labelled GPUHOST, and none belongs to "
			  "this image: leave only one plugged in."));
		note_saved(live, &saved, "several");
		return;
	}
	live_say(live,
		_("No partition labelled GPUHOST was found. Plug one in, and the "
		  "report is saved there."));
	note_saved(live, &saved, "none");
}

/* Looks for the stick each time block devices change, until the report is saved. */
static void look_for_stick(struct live *live)
{
	ARENA_AUTO arena = arena_new();
	const char *fingerprint = volumes_fingerprint(arena);
	bool waited = now_ms() - live->complete_since > STICK_PATIENCE;
	struct volumes volumes;
	enum stick_answer answer;
	size_t index = 0;

	if (strcmp(fingerprint, live->fingerprint) == 0 && (!waited || live->missed))
		return;
	snprintf(live->fingerprint, sizeof(live->fingerprint), "%s", fingerprint);
	volumes_find(arena, &volumes);
	volumes_identify(&volumes, live->id, LIVE_STICK);
	answer = stick_choose(&volumes, &index);
	/* A lone foreign partition may be here before our own: give that its time. */
	if (!waited && (answer == STICK_NONE || !stick_is_ours(&volumes, index)))
		return;
	if (answer == STICK_NONE || answer == STICK_SEVERAL) {
		if (!live->missed)
			say_missing(live, answer);
	} else {
		live->saved = save_on(live, &volumes.list[index], arena);
		/* Once more when a device comes or goes: another stick may do. */
		live->missed = !live->saved;
	}
}

/* What goes on beside the keys. */
static void go_on(struct live *live)
{
	if (!live->complete) {
		if (access(LIVE_RUN "/coldplug-done", F_OK) < 0)
			return;
		live->complete = true;
		live->complete_since = now_ms();
		live_judge(live);
		return;
	}
	if (!live->judgement)
		return;
	if (!live->saved)
		look_for_stick(live);
	if (live->saved || live->missed)
		finish_test(live);
}

/* A face that was started again must not leave the same report a second time. */
static void remember_saved(const struct live *live)
{
	if (live->saved)
		touch(LIVE_RUN "/saved");
}

static void run(struct live *live)
{
	while (!live->ended) {
		struct pollfd input = { .fd = live->no_input ? -1 : STDIN_FILENO,
			.events = POLLIN };

		if (live->changed)
			live_draw(live);
		if (poll(&input, 1, TICK) > 0)
			live_key(live);
		if (!live->ended)
			go_on(live);
		remember_saved(live);
	}
}

static int run_live(int argc, char **argv)
{
	struct live live = { .arena = NULL, .changed = true };
	ARENA_AUTO arena = arena_new();
	struct bytes id;

	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		print_help(&command_live);
		return STATUS_OK;
	}
	if (argc > 1)
		return complain_usage(
			&command_live, _("\"%s\" is not expected here"), argv[1]);
	if (file_read(AT_FDCWD, LIVE_ID, 4096, arena, &id) < 0) {
		fputs(_("gpuhost live: this is the screen of gpuhost's boot image; here "
			"use \"gpuhost check\"\n"),
			stderr);
		return STATUS_UNAVAILABLE;
	}
	live.id = text_trim(arena, id);
	live.saved = access(LIVE_RUN "/saved", F_OK) == 0;
	mkdir(LIVE_RUN, 0755);
	live_open(&live, arena);
	live_judge(&live);
	touch(LIVE_RUN "/verdict");
	run(&live);
	live_close(&live);
	arena_free(live.arena);
	return STATUS_OK;
}

const struct command command_live = {
	.name = "live",
	.synopsis = "",
	.summary = N_("The screen of gpuhost's boot image; of no use elsewhere."),
	.options = NULL,
	.hidden = true,
	.run = run_live,
};
