/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keys of "gpuhost live" do. */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/language.h"
#include "gpuhost/report.h"
#include "gpuhost/text.h"

static int read_key(void)
{
	unsigned char key;
	ssize_t n;

	do
		n = read(STDIN_FILENO, &key, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? key : -1;
}

/* Prints from `text` as many lines as there are rows; returns where the next starts. */
static const char *put_page(const char *text, unsigned rows)
{
	while (rows-- && *text) {
		size_t length = strcspn(text, "\n");

		fwrite(text, 1, length, stdout);
		fputc('\n', stdout);
		text += length + (text[length] == '\n');
	}
	return text;
}

static const char *line_back(const char *from, const char *at, unsigned lines)
{
	while (lines-- && at > from) {
		at--;
		while (at > from && at[-1] != '\n')
			at--;
	}
	return at;
}

/* Arrow keys are ESC [ A and so on, Page Up and Down ESC [ 5 ~: their last letter is
 * enough. */
static int read_page_key(void)
{
	int key = read_key();

	if (key != '\033')
		return key;
	if (read_key() != '[')
		return 'q';
	switch (read_key()) {
	case 'A':
		return 'k';
	case 'B':
		return 'j';
	case '5':
		read_key();
		return 'b';
	case '6':
		read_key();
		return ' ';
	default:
		return 0;
	}
}

static void page_text(const struct live *live, const char *text)
{
	unsigned rows, columns, page;
	const char *at = text, *next;

	live_size(&rows, &columns);
	page = rows - 1;
	for (;;) {
		if (live->is_terminal)
			fputs("\033[H\033[2J", stdout);
		next = put_page(at, page);
		fputs(_("space next page, b back, q end"), stdout);
		fflush(stdout);
		switch (read_page_key()) {
		case ' ':
			if (*next)
				at = next;
			break;
		case 'j':
		case '\n':
		case '\r':
			if (*next)
				at += strcspn(at, "\n") + 1;
			break;
		case 'k':
			at = line_back(text, at, 1);
			break;
		case 'b':
			at = line_back(text, at, page);
			break;
		case 'q':
		case -1:
			return;
		default:
			break;
		}
	}
}

static void show_report(struct live *live)
{
	unsigned rows, columns;
	struct report_options options = { .language = language_name() };
	char *text = NULL;
	size_t length = 0;
	FILE *stream;

	if (!live->judgement)
		return;
	live_size(&rows, &columns);
	options.width = columns - 1;
	options.colour = live->is_terminal && terminal_has_colour(NULL);
	stream = open_memstream(&text, &length);
	if (!stream)
		return;
	report_text(live->judgement, &options, stream);
	if (fclose(stream) == 0)
		page_text(live, text);
	free(text);
}

/* The shell gets the terminal as PID 1 gave it to us, and signals as usual. */
static void exec_shell(void)
{
	static const char *const argv[] = { "sh", "-l", NULL };

	signal(SIGPIPE, SIG_DFL);
	signal(SIGTTOU, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	execv("/bin/sh", (char *const *)argv);
	_exit(127);
}

static void run_shell(struct live *live)
{
	pid_t child;
	int status;

	live_raw(live, false);
	puts(_("\nA shell. \"exit\" leads back."));
	fflush(stdout);
	signal(SIGINT, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	child = fork();
	if (child == 0)
		exec_shell();
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	/* The shell made groups of its own; the terminal comes back to ours. */
	tcsetpgrp(STDIN_FILENO, getpgrp());
	live_raw(live, true);
}

/* The kernel's own console has no Chinese letters. */
static void change_language(struct live *live)
{
	const char *terminal = getenv("TERM");

	if (strcmp(language_name(), "en") != 0) {
		language_set("en", NULL);
	} else if (terminal && strcmp(terminal, "linux") == 0) {
		live_say(live,
			_("This screen has no Chinese letters; the saved reports are in "
			  "both languages."));
		return;
	} else if (language_set("zh_CN", NULL) < 0) {
		return;
	}
	*live->status = '\0';
	live_judge(live);
}

/* PID 1 looks for the file when the face ends. */
void live_end(struct live *live, const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd >= 0)
		close(fd);
	live->ended = true;
}

void live_key(struct live *live)
{
	int key = read_key();

	switch (key) {
	case -1: /* nobody is there: go on without */
		live->no_input = true;
		return;
	case 'r':
		show_report(live);
		break;
	case 's':
		run_shell(live);
		break;
	case 'l':
		change_language(live);
		break;
	case 'g':
		live_grow(live);
		break;
	case 'b':
		live_end(live, LIVE_RUN "/reboot");
		return;
	case 'o':
		live_end(live, LIVE_RUN "/poweroff");
		return;
	default:
		break;
	}
	live->changed = true;
}
