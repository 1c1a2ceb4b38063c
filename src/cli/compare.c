/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpuhost compare: captures side by side. */
#include "command.h"

#include <getopt.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/report.h"
#include "gpuhost/text.h"

/* The last component of a path, whatever slashes it ends with. */
static const char *short_name(struct arena *arena, const char *path)
{
	char *name = arena_strdup(arena, path), *slash;
	size_t length = strlen(name);

	while (length > 1 && name[length - 1] == '/')
		name[--length] = '\0';
	slash = strrchr(name, '/');
	return slash && slash[1] ? slash + 1 : name;
}

static bool differ(const struct judgement *a, const struct judgement *b)
{
	if (a->verdict != b->verdict || a->n_findings != b->n_findings)
		return true;
	for (size_t i = 0; i < a->n_findings; i++)
		if (a->findings[i].status != b->findings[i].status ||
			a->findings[i].check != b->findings[i].check)
			return true;
	return false;
}

static int compare(char **paths, size_t count)
{
	ARENA_AUTO arena = arena_new();
	const struct judgement **judgements = arena_alloc(
		arena, count * sizeof(*judgements));
	const char **names = arena_alloc(arena, count * sizeof(*names));
	struct report_options report = { .width = terminal_width(NULL),
		.colour = terminal_has_colour(NULL) };
	int status = STATUS_OK;
	struct output output;
	struct err err;

	for (size_t i = 0; i < count; i++) {
		struct question question = { .from = paths[i] };
		struct judgement *judgement = arena_alloc(arena, sizeof(*judgement));

		if (answer_question(&question, arena, judgement, &err) < 0)
			return complain(&err);
		judgements[i] = judgement;
		names[i] = short_name(arena, paths[i]);
		if (differ(judgements[0], judgement))
			status = STATUS_LIMITED;
	}
	if (output_open(&output, NULL, &err) < 0)
		return complain(&err);
	report_compare(judgements, names, count, &report, output.stream);
	return output_close(&output, &err) < 0 ? complain(&err) : status;
}

static int run_compare(int argc, char **argv)
{
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", names, NULL)) != -1) {
		if (option != 'h')
			return complain_option(&command_compare, argv, option);
		print_help(&command_compare);
		return STATUS_OK;
	}
	if (argc - optind < 2)
		return complain_usage(
			&command_compare, _("at least two captures are needed"));
	return compare(argv + optind, (size_t)(argc - optind));
}

const struct command command_compare = {
	.name = "compare",
	.synopsis = "CAPTURE CAPTURE…",
	.summary = N_("Put machines side by side, for a purchase decision."),
	.options = N_("Captures are files or folders, as check --from takes them.\nExit "
		      "status: 0 no finding differs, 1 findings differ."),
	.run = run_compare,
};
