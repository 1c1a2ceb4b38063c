/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leaves reports and a capture on the stick. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/language.h"
#include "gpuhost/live.h"
#include "gpuhost/report.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

enum kind {
	KIND_TEXT,
	KIND_HTML,
	KIND_JSON,
};

/* The small and useful first: a stick may be nearly full. */
static const struct {
	const char *name, *language;
	enum kind kind;
} files[] = {
	{ "report.txt", "en", KIND_TEXT },
	{ "report.zh_CN.txt", "zh_CN", KIND_TEXT },
	{ "report.json", "en", KIND_JSON },
	{ "report.html", "en", KIND_HTML },
	{ "report.zh_CN.html", "zh_CN", KIND_HTML },
};

enum {
	FOLDERS_MOST = 100, /* of one board in one second */
};

/* Makes a folder that wasn't there: what was saved before is never touched. */
static int make_folder(const char *mountpoint, const struct machine *machine,
	struct arena *arena, const char **ret_path, struct err *err)
{
	const char *reports = arena_printf(arena, "%s/reports", mountpoint), *name;
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	name = report_folder_name(arena, machine, &utc);
	if (mkdir(reports, 0755) < 0 && errno != EEXIST)
		return err_set(err, STATUS_IO, "reports: %s", strerror(errno));
	for (unsigned i = 1; i <= FOLDERS_MOST; i++) {
		const char *path = i == 1 ? arena_printf(arena, "reports/%s", name)
					  : arena_printf(arena, "reports/%s-%u", name, i);

		if (mkdir(arena_printf(arena, "%s/%s", mountpoint, path), 0755) == 0) {
			*ret_path = path;
			return 0;
		}
		if (errno != EEXIST)
			return err_set(err, STATUS_IO, "%s: %s", path, strerror(errno));
	}
	return err_set(err, STATUS_EXISTS, _("%s exists already"), name);
}

static int write_report(const char *path, enum kind kind, const char *language,
	const struct judgement *judgement, struct err *err)
{
	struct report_options options = { .language = language };
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	int result;

	if (!stream)
		return err_set(err, STATUS_IO, "%s", strerror(errno));
	if (kind == KIND_JSON)
		report_json(judgement, stream);
	else if (kind == KIND_HTML)
		report_html(judgement, &options, stream);
	else
		report_text(judgement, &options, stream);
	if (fclose(stream) != 0)
		result = err_set(err, STATUS_IO, "%s", strerror(errno));
	else
		result = file_write(path, text, length, err);
	free(text);
	return result;
}

/* Makes the folder entries last, too: the stick may be pulled at once. */
static void sync_folder(const char *mountpoint)
{
	int fd = open(mountpoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	syncfs(fd);
	close(fd);
}

/* The first error is the one to tell; later ones follow from it. */
static void note(struct saved *saved, const struct err *one, struct err *err)
{
	if (saved->n_missing++ == 0)
		*err = *one;
}

int reports_save(const char *mountpoint, const struct record *record,
	const struct judgement *judgement, struct arena *arena, struct saved *ret,
	struct err *err)
{
	const char *language = language_name(), *folder;
	struct saved saved = { .path = NULL };
	struct err one;

	*ret = saved;
	if (make_folder(mountpoint, judgement->machine, arena, &saved.path, err) < 0)
		return -1;
	folder = arena_printf(arena, "%s/%s", mountpoint, saved.path);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (language_set(files[i].language, NULL) < 0)
			continue;
		if (write_report(arena_printf(arena, "%s/%s", folder, files[i].name),
			    files[i].kind, files[i].language, judgement, &one) < 0)
			note(&saved, &one, err);
	}
	language_set(language, NULL);
	if (capture_write_archive(
		    record, arena_printf(arena, "%s/capture.tar.zst", folder), &one) < 0)
		note(&saved, &one, err);
	sync_folder(mountpoint);
	if (rmdir(folder) == 0)
		saved.path = NULL; /* nothing fitted in */
	*ret = saved;
	return saved.n_missing ? -1 : 0;
}
