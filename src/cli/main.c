/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpuhost: the table of commands. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "gpuhost/language.h"
#include "gpuhost/text.h"

static const struct command *const commands[] = {
	&command_check,
	&command_capture,
	&command_compare,
	&command_live,
};

enum {
	N_COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static void print_overview(void)
{
	puts(_("gpuhost tells whether a PC can give its NVIDIA GPU to a virtual machine "
	       "of\nProxmox VE, and what to change if it can't yet.\n"));
	puts(_("Usage:"));
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!commands[i]->hidden)
			printf("  gpuhost %s %s\n", commands[i]->name,
				commands[i]->synopsis);
	printf("\n%s\n", _("Commands:"));
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!commands[i]->hidden)
			printf("  %-9s %s\n", commands[i]->name, _(commands[i]->summary));
	printf("\n%s\n%s\n", _("\"gpuhost COMMAND --help\" tells more of a command."),
		_("Exit status of check: 0 ready, 1 ready with limits, 2 not ready, 3 "
		  "can't tell."));
}

static int run(int argc, char **argv)
{
	if (argc < 2) {
		print_overview();
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		print_overview();
		return STATUS_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("gpuhost " GPUHOST_VERSION);
		return STATUS_OK;
	}
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	say(_("gpuhost: there is no command \"%s\" (see gpuhost --help)"), argv[1]);
	return STATUS_USAGE;
}

/* Help and the like lie in stdout's buffer: what does not get out is an error too. */
static int finish(int status)
{
	struct err err;

	if (status > STATUS_UNKNOWN || (fflush(stdout) == 0 && !ferror(stdout)))
		return status;
	err_set(&err, STATUS_IO, _("standard output can't be written: %s"),
		strerror(errno));
	return complain(&err);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, and said as one */
	language_set(NULL, NULL);
	return finish(run(argc, argv));
}
