/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpuhost check: judge this machine or a capture. */
#include "command.h"

#include <getopt.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/language.h"
#include "gpuhost/report.h"
#include "gpuhost/text.h"

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_HTML,
	N_FORMATS,
};

static const char *const format_names[N_FORMATS] = { "text", "json", "html" };

struct options {
	struct question question;
	enum format format;
	const char *output, *language;
	bool help;
};

static int read_format(const char *name, enum format *ret)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (strcmp(name, format_names[i]) == 0) {
			*ret = (enum format)i;
			return 0;
		}
	return complain_usage(
		&command_check, _("\"%s\" is no format: text, json or html"), name);
}

/* Returns STATUS_OK or STATUS_USAGE. */
static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option names[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "gpu", required_argument, NULL, 'g' },
		{ "with-gpu", required_argument, NULL, 'w' },
		{ "format", required_argument, NULL, 'F' },
		{ "output", required_argument, NULL, 'o' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", names, NULL)) != -1)
		switch (option) {
		case 'f':
			ret->question.from = optarg;
			break;
		case 'g':
			ret->question.gpu = optarg;
			break;
		case 'w':
			ret->question.with_gpu = optarg;
			break;
		case 'F':
			if (read_format(optarg, &ret->format) != 0)
				return STATUS_USAGE;
			break;
		case 'o':
			ret->output = optarg;
			break;
		case 'l':
			ret->language = optarg;
			break;
		case 'h':
			ret->help = true;
			break;
		default:
			return complain_option(&command_check, argv, option);
		}
	if (optind < argc)
		return complain_usage(&command_check,
			_("\"%s\" is not expected here; a capture goes behind --from"),
			argv[optind]);
	if ((ret->question.gpu && !*ret->question.gpu) ||
		(ret->question.with_gpu && !*ret->question.with_gpu) ||
		(ret->output && !*ret->output))
		return complain_usage(&command_check, _("an option's value is empty"));
	if (ret->question.gpu && ret->question.with_gpu)
		return complain_usage(
			&command_check, _("--gpu and --with-gpu exclude each other"));
	return STATUS_OK;
}

static int write_report(const struct options *options, const struct judgement *judgement)
{
	struct report_options report = {
		.colour = terminal_has_colour(options->output),
		.width = terminal_width(options->output),
		.language = language_name(),
	};
	struct output output;
	struct err err;

	if (output_open(&output, options->output, &err) < 0)
		return complain(&err);
	if (options->format == FORMAT_JSON)
		report_json(judgement, output.stream);
	else if (options->format == FORMAT_HTML)
		report_html(judgement, &report, output.stream);
	else
		report_text(judgement, &report, output.stream);
	if (output_close(&output, &err) < 0)
		return complain(&err);
	return verdict_exit_status(judgement->verdict);
}

static int run_check(int argc, char **argv)
{
	struct options options = { .format = FORMAT_TEXT };
	ARENA_AUTO arena = arena_new();
	struct judgement judgement;
	struct err err;
	int status = read_options(argc, argv, &options);

	if (status != STATUS_OK)
		return status;
	/* Programs get English unless they ask for something else. */
	if (!options.language && options.format == FORMAT_JSON)
		options.language = "en";
	if (options.language && language_set(options.language, NULL) < 0)
		return complain_usage(&command_check,
			_("there is no language \"%s\": en or zh_CN"), options.language);
	if (options.help) {
		print_help(&command_check);
		return STATUS_OK;
	}
	options.question.names = options.format == FORMAT_HTML;
	if (answer_question(&options.question, arena, &judgement, &err) < 0)
		return complain(&err);
	return write_report(&options, &judgement);
}

const struct command command_check = {
	.name = "check",
	.synopsis =
		"[--from CAPTURE] [--gpu SLOT|ID] [--with-gpu ID|NAME]\n                "
		"[--format text|json|html] [--output FILE] [--lang en|zh_CN]",
	.summary = N_("Judge this machine, or the one a capture was made on."),
	.options = N_(
		"  --from CAPTURE      a capture (file or folder), lspci or acpidump "
		"output,\n                      or a folder of hw-probe; without it: "
		"this machine\n  --gpu SLOT|ID       the GPU to judge: 0000:01:00.0, "
		"01:00.0 or 10de:2704\n  --with-gpu ID|NAME  would this card fit: \"RTX "
		"4080\" or 10de:2704\n  --format FORMAT     text (default), json or "
		"html\n  --output FILE       write there instead of to standard "
		"output\n  --lang LANGUAGE     en or zh_CN; default: the locale's "
		"(json: en)\n\nExit status: 0 ready, 1 ready with limits, 2 not ready, "
		"3 can't tell,\n64 usage, 65 bad input, 66 no such input, 69 a data "
		"file is missing, 74 I/O,\n77 not permitted."),
	.run = run_check,
};
