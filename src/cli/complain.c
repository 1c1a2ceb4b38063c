/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands say on standard error, and their help. */
#include "command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/text.h"

/* One line, whatever names it quotes: no newline and nothing that a terminal obeys. */
static void print_line(char *line)
{
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	fprintf(stderr, "%s\n", line);
}

void say(const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = NULL;
	va_end(args);
	if (line)
		print_line(line);
	free(line);
}

int complain(const struct err *err)
{
	say("gpuhost: %s", err->text);
	return err->status;
}

int complain_usage(const struct command *command, const char *format, ...)
{
	va_list args;
	char *wrong;

	va_start(args, format);
	if (vasprintf(&wrong, format, args) < 0)
		wrong = NULL;
	va_end(args);
	/* TRANSLATORS: the command, and what is wrong with its command line. */
	say(_("gpuhost %s: %s (see gpuhost %s --help)"), command->name,
		wrong ? wrong : "", command->name);
	free(wrong);
	return STATUS_USAGE;
}

int complain_option(const struct command *command, char **argv, int result)
{
	const char *word = argv[optind - 1];

	if (result == ':')
		return complain_usage(command, _("%s needs a value"), word);
	return complain_usage(command, _("unknown option %s"), word);
}

void print_help(const struct command *command)
{
	printf(_("Usage: gpuhost %s %s\n\n%s\n"), command->name, command->synopsis,
		_(command->summary));
	if (command->options)
		printf("\n%s\n", _(command->options));
}
