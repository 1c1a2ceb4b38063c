/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpuhost capture: record this machine into a file that others can judge. */
#include "command.h"

#include <ctype.h>
#include <getopt.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

/* "gpuhost-prime-z790-p-20261122-140000.tar.zst", in the current folder. */
static const char *default_name(const struct record *record, struct arena *arena)
{
	const char *board = record_text(record, "sys/class/dmi/id/board_name");
	char stamp[32], *name;
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &utc);
	name = arena_strdup(arena, board && *board ? board : "machine");
	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '-';
	return arena_printf(arena, "gpuhost-%.40s-%s.tar.zst", name, stamp);
}

static int write_capture(const char *path)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = source_live(arena, "/", SOURCE_WHOLE);
	struct err err;

	if (!path)
		path = default_name(record, arena);
	if (capture_write_archive(record, path, &err) < 0)
		return complain(&err);
	printf(_("%s: %zu parts of this machine, %zu could not be read\n"), path,
		record->n_members, record->n_refused);
	if (geteuid() != 0)
		puts(_("As a normal user much stays unread. For a full capture run it "
		       "as root."));
	puts(_("Serial numbers, UUIDs, MAC addresses and Windows keys are not in it."));
	return STATUS_OK;
}

static int run_capture(int argc, char **argv)
{
	static const struct option names[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", names, NULL)) != -1)
		switch (option) {
		case 'o':
			path = optarg;
			break;
		case 'h':
			print_help(&command_capture);
			return STATUS_OK;
		default:
			return complain_option(&command_capture, argv, option);
		}
	if (optind < argc)
		return complain_usage(&command_capture,
			_("\"%s\" is not expected here; a file name goes behind "
			  "--output"),
			argv[optind]);
	return write_capture(path);
}

const struct command command_capture = {
	.name = "capture",
	.synopsis = "[--output FILE]",
	.summary = N_("Record this machine into a file that others can judge."),
	.options = N_(
		"  --output FILE       the file to write (it must not exist yet); "
		"without it\n                      gpuhost-BOARD-TIME.tar.zst in the "
		"current folder"),
	.run = run_capture,
};
