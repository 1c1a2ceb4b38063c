/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MANIFEST.json of a capture. Strict: a key that is misspelt must not turn "unreadable"
 * into "absent". */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/text.h"

static int bad(struct err *err, const char *sentence)
{
	return err_set(err, STATUS_BAD_INPUT, "%s: %s", MANIFEST_NAME, sentence);
}

/* A short piece of a manifest, fit for a sentence. */
static const char *quoted(struct record *record, const char *text)
{
	return capture_printable(record->arena, text);
}

static int read_text(struct record *record, const json_t *value, const char *key,
	const char **ret_text, struct err *err)
{
	if (!value)
		return 0;
	if (!json_is_string(value) || !capture_text_ok(json_string_value(value)))
		return err_set(err, STATUS_BAD_INPUT,
			_("%s: “%s” must be a string without control characters"),
			MANIFEST_NAME, key);
	*ret_text = arena_strdup(record->arena, json_string_value(value));
	return 0;
}

static int read_format(struct record *record, const json_t *root, struct err *err)
{
	const char *format = json_string_value(json_object_get(root, "format"));

	if (format && strcmp(format, RECORD_FORMAT) == 0)
		return 0;
	if (format && text_starts(format, "gpuhost-capture/"))
		return err_set(err, STATUS_BAD_INPUT,
			_("%s: the capture has format “%s”; this gpuhost reads “%s”"),
			MANIFEST_NAME, quoted(record, format), RECORD_FORMAT);
	return err_set(err, STATUS_BAD_INPUT, _("%s: “format” must be “%s”"),
		MANIFEST_NAME, RECORD_FORMAT);
}

static int read_path(struct record *record, const json_t *value, const char **ret_path,
	struct err *err)
{
	const char *path = json_string_value(value);

	if (!path)
		return bad(err, _("a path must be a string"));
	if (!capture_path_ok(path))
		return err_set(err, STATUS_BAD_INPUT,
			_("%s: “%s” is no path (real path without the leading slash)"),
			MANIFEST_NAME, quoted(record, path));
	*ret_path = path;
	return 0;
}

static int read_covers(struct record *record, const json_t *covers, struct err *err)
{
	const char *path;
	const json_t *value;
	size_t i;

	if (!json_is_array(covers))
		return bad(err, _("“covers” must be an array of paths"));
	json_array_foreach(covers, i, value)
	{
		if (read_path(record, value, &path, err) < 0)
			return -1;
		record_cover(record, path);
	}
	return 0;
}

static int read_refused(struct record *record, const json_t *refused, struct err *err)
{
	const char *path, *error = NULL;
	const json_t *value;
	size_t i;

	if (refused && !json_is_array(refused))
		return bad(err, _("“refused” must be an array"));
	json_array_foreach(refused, i, value)
	{
		if (json_object_size(value) != 2 || !json_object_get(value, "error"))
			return bad(err,
				_("an element of “refused” must be {“path”, “error”}"));
		if (read_path(record, json_object_get(value, "path"), &path, err) < 0 ||
			read_text(record, json_object_get(value, "error"), "error",
				&error, err) < 0)
			return -1;
		record_refuse(record, path, error);
	}
	return 0;
}

static int read_facts(struct record *record, json_t *facts, struct err *err)
{
	const char *key, *text = NULL;
	json_t *value;

	if (facts && !json_is_object(facts))
		return bad(err, _("“facts” must be an object of strings"));
	json_object_foreach(facts, key, value)
	{
		if (!*key || !capture_text_ok(key))
			return bad(err, _("“facts” holds a key that is no name"));
		if (read_text(record, value, quoted(record, key), &text, err) < 0)
			return -1;
		record_add_fact(record, key, text);
	}
	return 0;
}

static int read_known_keys(struct record *record, json_t *root, struct err *err)
{
	static const char *const known[] = { "format", "made-by", "when", "covers",
		"refused", "facts" };
	const char *key;
	json_t *value;

	json_object_foreach(root, key, value)
	{
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(key, known[i]) != 0)
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			return err_set(err, STATUS_BAD_INPUT, _("%s: unknown key “%s”"),
				MANIFEST_NAME, quoted(record, key));
	}
	return 0;
}

static int read_root(struct record *record, json_t *root, struct err *err)
{
	if (!json_is_object(root))
		return bad(err, _("it must be a JSON object"));
	if (read_format(record, root, err) < 0 ||
		read_known_keys(record, root, err) < 0 ||
		read_text(record, json_object_get(root, "made-by"), "made-by",
			&record->made_by, err) < 0 ||
		read_text(record, json_object_get(root, "when"), "when", &record->when,
			err) < 0 ||
		read_covers(record, json_object_get(root, "covers"), err) < 0 ||
		read_refused(record, json_object_get(root, "refused"), err) < 0)
		return -1;
	return read_facts(record, json_object_get(root, "facts"), err);
}

int manifest_read(struct bytes json, struct record *record, struct err *err)
{
	json_error_t error;
	json_t *root;
	int result;

	if (json.length > MANIFEST_MAX_SIZE)
		return err_set(err, STATUS_BAD_INPUT, _("%s is larger than %d KiB"),
			MANIFEST_NAME, MANIFEST_MAX_SIZE >> 10);
	root = json_loadb(
		(const char *)json.data, json.length, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return err_set(err, STATUS_BAD_INPUT, _("%s:%d:%d: not valid JSON: %s"),
			MANIFEST_NAME, error.line, error.column,
			quoted(record, error.text));
	result = read_root(record, root, err);
	json_decref(root);
	return result;
}

/* ---- writing ---- */

static json_t *covers_to_json(const struct record *record)
{
	json_t *covers = json_array();

	for (size_t i = 0; i < record->n_covers; i++)
		json_array_append_new(covers, json_string(record->covers[i]));
	return covers;
}

static json_t *refused_to_json(const struct record *record)
{
	json_t *refused = json_array();

	for (size_t i = 0; i < record->n_refused; i++)
		json_array_append_new(refused,
			json_pack("{s:s, s:s}", "path", record->refused[i].path, "error",
				record->refused[i].error));
	return refused;
}

static json_t *facts_to_json(const struct record *record)
{
	json_t *facts = json_object();

	for (size_t i = 0; i < record->n_facts; i++)
		json_object_set_new(
			facts, record->facts[i].key, json_string(record->facts[i].value));
	return facts;
}

static const char *now(struct arena *arena)
{
	char text[32] = "";
	time_t seconds = time(NULL);
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	return arena_strdup(arena, text);
}

struct bytes manifest_write(const struct record *record)
{
	json_t *root = json_object();
	char *text;
	struct bytes json;

	json_object_set_new(root, "format", json_string(RECORD_FORMAT));
	json_object_set_new(root, "made-by",
		json_string(
			record->made_by ? record->made_by : "gpuhost " GPUHOST_VERSION));
	json_object_set_new(root, "when",
		json_string(record->when ? record->when : now(record->arena)));
	json_object_set_new(root, "covers", covers_to_json(record));
	json_object_set_new(root, "refused", refused_to_json(record));
	json_object_set_new(root, "facts", facts_to_json(record));
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	text = text ? text : strdup("");
	json.data = (const uint8_t *)arena_strdup(record->arena, text ? text : "");
	json.length = strlen((const char *)json.data);
	free(text);
	return json;
}
