/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a report goes: standard output, or a file that is complete or not there. */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/file.h"
#include "gpuhost/text.h"

static bool is_standard(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

int output_open(struct output *output, const char *path, struct err *err)
{
	struct stat status;

	/* A device named by mistake must not be replaced by a file. */
	if (!is_standard(path) && stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return err_set(err, STATUS_EXISTS,
			_("%s exists already and is no regular file"), path);
	*output = (struct output){ .path = path };
	output->stream = open_memstream(&output->text, &output->length);
	if (!output->stream)
		return err_set(err, STATUS_IO, "%s", strerror(errno));
	return 0;
}

int output_close(struct output *output, struct err *err)
{
	int result = 0;

	if (fclose(output->stream) != 0)
		result = err_set(err, STATUS_IO, "%s", strerror(errno));
	else if (!is_standard(output->path))
		result = file_write(output->path, output->text, output->length, err);
	else if (fwrite(output->text, 1, output->length, stdout) != output->length ||
		fflush(stdout) != 0)
		result = err_set(err, STATUS_IO,
			_("standard output can't be written: %s"), strerror(errno));
	free(output->text);
	return result;
}

bool terminal_has_colour(const char *output_path)
{
	const char *terminal = getenv("TERM"), *no_colour = getenv("NO_COLOR");

	return is_standard(output_path) && isatty(STDOUT_FILENO) && terminal &&
		strcmp(terminal, "dumb") != 0 && (!no_colour || !*no_colour);
}

unsigned terminal_width(const char *output_path)
{
	enum {
		USUAL = 80,
		LEAST = 40,
		MOST = 100
	};
	struct winsize size;

	if (!is_standard(output_path) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ||
		size.ws_col == 0)
		return USUAL;
	return size.ws_col < LEAST ? LEAST : size.ws_col > MOST ? MOST : size.ws_col;
}
