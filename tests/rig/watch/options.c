/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The watcher's command line. */
#include <getopt.h>
#include <stdlib.h>

#include "watch.h"

static const char usage[] =
	"usage: watch [OPTION]... -- COMMAND [ARGUMENT]...\n"
	"Runs an emulated PC whose serial line is the command's standard output.\n"
	"  --until TEXT        end well at a line that starts so (may be repeated);\n"
	"                      \"off\": when it switches itself off\n"
	"  --keys-at TEXT=KEYS press keys at such a line (ret, ctrl-alt-delete; commas),\n"
	"                      or the power button (powerbutton)\n"
	"  --shot-at TEXT=FILE take the screen at such a line\n"
	"  --screenshot FILE   take the screen at the end\n"
	"  --serial FILE       log of the serial line\n"
	"  --errors FILE       log of the command's standard error\n"
	"  --qmp SOCKET        the monitor\n"
	"  --idle S --timeout S --grace S   seconds: silence, all, until it is off\n"
	"  --verbose           show the serial line with times\n";

static const struct option longs[] = {
	{ "until", required_argument, NULL, 'u' },
	{ "keys-at", required_argument, NULL, 'k' },
	{ "shot-at", required_argument, NULL, 'a' },
	{ "screenshot", required_argument, NULL, 's' },
	{ "serial", required_argument, NULL, 'l' },
	{ "errors", required_argument, NULL, 'e' },
	{ "qmp", required_argument, NULL, 'q' },
	{ "idle", required_argument, NULL, 'i' },
	{ "timeout", required_argument, NULL, 't' },
	{ "grace", required_argument, NULL, 'g' },
	{ "verbose", no_argument, NULL, 'v' },
	{ 0 },
};

/* "TEXT=VALUE", parted at the last "=", since lines hold some. */
static int add_action(struct options *options, char *text, bool screenshot)
{
	char *equals = NULL;

	for (char *at = text; *at; at++)
		if (*at == '=')
			equals = at;
	if (!equals || options->n_actions == WATCH_TEXTS)
		return -1;
	*equals = '\0';
	options->actions[options->n_actions++] = (struct action){
		.prefix = text,
		.value = equals + 1,
		.screenshot = screenshot,
	};
	return 0;
}

static int take(struct options *options, int letter, char *value)
{
	switch (letter) {
	case 'u':
		if (options->n_until == WATCH_TEXTS)
			return -1;
		options->until[options->n_until++] = value;
		return 0;
	case 'k':
	case 'a':
		return add_action(options, value, letter == 'a');
	case 's':
		options->screenshot = value;
		return 0;
	case 'l':
		options->serial = value;
		return 0;
	case 'e':
		options->errors = value;
		return 0;
	case 'q':
		options->qmp = value;
		return 0;
	case 'i':
		options->idle = strtod(value, NULL);
		return 0;
	case 't':
		options->timeout = strtod(value, NULL);
		return 0;
	case 'g':
		options->grace = strtod(value, NULL);
		return 0;
	case 'v':
		options->verbose = true;
		return 0;
	default:
		return -1;
	}
}

int options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options options = { .idle = 120, .timeout = 600, .grace = 20 };
	int letter;

	while ((letter = getopt_long(argc, argv, "+", longs, NULL)) != -1)
		if (take(&options, letter, optarg) < 0) {
			fputs(usage, stderr);
			return -1;
		}
	if (optind >= argc || options.idle <= 0 || options.timeout <= 0) {
		fputs(usage, stderr);
		return -1;
	}
	options.command = argv + optind;
	*ret_options = options;
	return 0;
}
