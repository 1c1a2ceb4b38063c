/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands say on standard error, and their help. */
#include "command.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "gpuhost/text.h"

int complain(const struct err *err)
{
	fprintf(stderr, "gpuhost: %s\n", err->text);
	return err->status;
}

int complain_usage(const struct command *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "gpuhost %s: ", command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, _(" (see gpuhost %s --help)\n"), command->name);
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
