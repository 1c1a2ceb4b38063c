/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The face's terminal and the serial port beside it. */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/file.h"
#include "gpuhost/language.h"
#include "gpuhost/report.h"
#include "gpuhost/text.h"

enum {
	ROWS = 24,
	COLUMNS = 80,
	ROWS_LEAST = 10,
	STATUS_ROWS = 2,
	FOOT = STATUS_ROWS + 2, /* and a blank line, and the keys */
};

/* The value of the last "name=value" word that starts so, up to a comma. */
static const char *word_value(
	struct arena *arena, const char *words, const char *name, const char *otherwise)
{
	const char *found = NULL;

	for (const char *at = words; (at = strstr(at, name)); at++)
		if (at == words || at[-1] == ' ')
			found = at + strlen(name);
	if (!found)
		return otherwise;
	return arena_strndup(arena, found, strcspn(found, " ,\n"));
}

/* Programs listen on the serial port that the kernel's command line names. */
static int open_serial(struct arena *arena, const char *words)
{
	const char *name = word_value(arena, words, "console=ttyS", NULL);

	name = name ? arena_printf(arena, "ttyS%s", name) : "ttyS0";
	name = word_value(arena, words, "gpuhost.serial=", name);
	if (strchr(name, '/'))
		return -1;
	return open(arena_printf(arena, "/dev/%s", name),
		O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

void live_raw(struct live *live, bool raw)
{
	struct termios state = live->before;

	if (!live->is_terminal)
		return;
	if (raw) {
		state.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
		state.c_cc[VMIN] = 1;
		state.c_cc[VTIME] = 0;
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &state);
}

void live_open(struct live *live, struct arena *arena)
{
	const char *words = "";
	struct bytes bytes;

	if (file_read(AT_FDCWD, "/proc/cmdline", 65536, arena, &bytes) == 0)
		words = text_trim(arena, bytes);
	live->test = text_has_word(words, "gpuhost.test");
	live->serial = open_serial(arena, words);
	live->is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		tcgetattr(STDIN_FILENO, &live->before) == 0;
	live_raw(live, true);
}

void live_close(struct live *live)
{
	live_raw(live, false);
	if (live->serial >= 0)
		close(live->serial);
}

void live_mark(struct live *live, const char *line)
{
	ARENA_AUTO arena = arena_new();
	const char *text = arena_printf(arena, "\r\n%s\r\n", line);
	size_t length = strlen(text);

	/* A port without a listener must not hold us up for ever: a second, then drop. */
	for (unsigned tries = 0; live->serial >= 0 && length && tries < 100; tries++) {
		ssize_t n = write(live->serial, text, length);

		if (n > 0) {
			text += n;
			length -= (size_t)n;
		} else if (errno == EAGAIN) {
			usleep(10000);
		} else {
			return;
		}
	}
}

void live_say(struct live *live, const char *sentence)
{
	snprintf(live->status, sizeof(live->status), "%s", sentence);
	live_draw(live);
}

void live_size(unsigned *ret_rows, unsigned *ret_columns)
{
	struct winsize size;

	*ret_rows = ROWS;
	*ret_columns = COLUMNS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	if (size.ws_row >= ROWS_LEAST)
		*ret_rows = size.ws_row;
	if (size.ws_col)
		*ret_columns = terminal_width(NULL);
}

static void put_judgement(
	const struct live *live, unsigned rows, unsigned columns, FILE *stream)
{
	struct report_options options = {
		.colour = live->is_terminal && terminal_has_colour(NULL),
		.width = columns,
		.language = language_name(),
	};

	report_short(live->judgement, &options, rows, stream);
}

static void put_status(const char *sentence, unsigned columns, FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	const char *text = text_clean(arena, sentence);

	for (unsigned i = 0; i < STATUS_ROWS && text; i++) {
		size_t length;
		const char *next = text_wrap(text, columns - 1, &length);

		fwrite(text, 1, length, stream);
		fputc('\n', stream);
		text = next;
	}
}

static void put_screen(const struct live *live, FILE *stream)
{
	unsigned rows, columns;

	live_size(&rows, &columns);
	if (live->judgement)
		put_judgement(live, rows - FOOT, columns, stream);
	fputc('\n', stream);
	put_status(*live->status ? live->status
			: live->complete
			? _("Looking for the partition GPUHOST…")
			: _("Disks, USB and network are still starting…"),
		columns, stream);
	fputs(_("r report  l language  s shell  g grow the stick  b reboot  o power off"),
		stream);
	if (live->no_input || !live->is_terminal)
		fputc('\n', stream);
}

/* Line over line, each with its rest erased: a screen that is cleared first flickers, and
 * a slow frame buffer shows it half empty for a while. */
static void overwrite(const char *text)
{
	fputs("\033[H", stdout);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\033[K", stdout);
		fputc(*text, stdout);
	}
	fputs("\033[J", stdout);
}

void live_draw(struct live *live)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);

	live->changed = false;
	if (!stream)
		return;
	put_screen(live, stream);
	if (fclose(stream) == 0) {
		if (live->is_terminal)
			overwrite(text);
		else
			fputs(text, stdout);
		fflush(stdout);
	}
	free(text);
}
