/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading our own data files. */
#include "data.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/text.h"
#include "gpuhost/toml.h"

enum {
	DATA_FILE_LIMIT = 1 << 20
};

int data_open(struct data *data, const char *name, struct bytes text, struct arena *arena,
	struct err *err)
{
	*data = (struct data){ .name = name, .arena = arena, .err = err };
	if (toml_parse((const char *)text.data, text.length, name, &data->document, err) <
		0) {
		if (err)
			err->status = STATUS_UNAVAILABLE; /* our file, not the user's */
		return -1;
	}
	data->root = toml_root(data->document);
	return 0;
}

int data_close(struct data *data)
{
	toml_free(data->document);
	data->document = NULL;
	data->root = NULL;
	return data->broken ? -1 : 0;
}

void data_fault(struct data *data, const struct toml_node *table, const char *key,
	const char *sentence)
{
	const struct toml_node *value = toml_get(table, key);
	unsigned line, column;

	if (data->broken)
		return;
	data->broken = true;
	toml_position(value ? value : table, &line, &column);
	err_set(data->err, STATUS_UNAVAILABLE, "%s:%u:%u: %s: %s", data->name, line,
		column, key, sentence);
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

void data_keys(
	struct data *data, const struct toml_node *table, const char *const *allowed)
{
	unsigned line, column;

	if (data->broken)
		return;
	if (!toml_is_table(table)) {
		data->broken = true;
		toml_position(table, &line, &column);
		err_set(data->err, STATUS_UNAVAILABLE, _("%s:%u:%u: must be a table"),
			data->name, line, column);
		return;
	}
	for (size_t i = 0; i < toml_count(table); i++) {
		if (is_one_of(toml_key(table, i), allowed))
			continue;
		data->broken = true;
		toml_key_position(table, i, &line, &column);
		err_set(data->err, STATUS_UNAVAILABLE, _("%s:%u:%u: %s: unknown key"),
			data->name, line, column, toml_key(table, i));
		return;
	}
}

const char *data_text(
	struct data *data, const struct toml_node *table, const char *key, bool required)
{
	const struct toml_node *node = toml_get(table, key);
	const char *text = toml_string(node);

	if (data->broken)
		return NULL;
	if (text && *text)
		return arena_strdup(data->arena, text);
	if (node)
		data_fault(data, table, key, _("must be a text that is not empty"));
	else if (required)
		data_fault(data, table, key, _("is missing"));
	return NULL;
}

size_t data_texts(struct data *data, const struct toml_node *table, const char *key,
	const char ***ret)
{
	const struct toml_node *list = toml_get(table, key);
	size_t n = toml_count(list);
	const char **texts;

	if (data->broken || !list)
		return 0;
	texts = arena_alloc(data->arena, n * sizeof(*texts));
	if (!toml_is_array(list))
		data_fault(data, table, key, _("must be a list of texts"));
	for (size_t i = 0; i < n && !data->broken; i++) {
		const char *text = toml_string(toml_at(list, i));

		if (!text || !*text)
			data_fault(data, table, key, _("must be a list of texts"));
		else
			texts[i] = arena_strdup(data->arena, text);
	}
	if (data->broken)
		return 0;
	*ret = texts;
	return n;
}

uint64_t data_number(struct data *data, const struct toml_node *table, const char *key,
	uint64_t low, uint64_t high, uint64_t otherwise)
{
	const struct toml_node *node = toml_get(table, key);
	int64_t value;

	if (!node || data->broken)
		return otherwise;
	if (toml_integer(node, &value) && value >= 0 && (uint64_t)value >= low &&
		(uint64_t)value <= high)
		return (uint64_t)value;
	data_fault(data, table, key,
		arena_printf(data->arena, _("must be a whole number from %llu to %llu"),
			(unsigned long long)low, (unsigned long long)high));
	return otherwise;
}

bool data_flag(
	struct data *data, const struct toml_node *table, const char *key, bool otherwise)
{
	const struct toml_node *node = toml_get(table, key);
	bool value;

	if (!node || data->broken)
		return otherwise;
	if (toml_boolean(node, &value))
		return value;
	data_fault(data, table, key, _("must be true or false"));
	return otherwise;
}

size_t data_choice(struct data *data, const struct toml_node *table, const char *key,
	const char *const *words, size_t otherwise)
{
	const char *text = data_text(data, table, key, false), *list = "";

	if (!text)
		return otherwise;
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
		list = arena_printf(
			data->arena, "%s%s\"%s\"", list, i ? ", " : "", words[i]);
	}
	data_fault(data, table, key,
		arena_printf(data->arena, _("must be one of %s"), list));
	return otherwise;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int data_files(const char *folder, struct arena *arena, const char ***ret_paths,
	size_t *ret_n, struct err *err)
{
	DIR *directory = opendir(folder);
	const char **paths = NULL;
	struct dirent *entry;
	size_t n = 0;

	if (!directory)
		return err_set(
			err, STATUS_UNAVAILABLE, "%s: %s", folder, strerror(errno));
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || !text_ends(entry->d_name, ".toml"))
			continue;
		paths = arena_grow(arena, paths, n, sizeof(*paths));
		paths[n++] = arena_printf(arena, "%s/%s", folder, entry->d_name);
	}
	closedir(directory);
	if (n == 0)
		return err_set(err, STATUS_UNAVAILABLE,
			_("%s: there are no data files here"), folder);
	qsort(paths, n, sizeof(*paths), compare_texts);
	*ret_paths = paths;
	*ret_n = n;
	return 0;
}

int data_read(
	const char *path, struct arena *arena, struct bytes *ret_text, struct err *err)
{
	int result = file_read(AT_FDCWD, path, DATA_FILE_LIMIT, arena, ret_text);

	if (result < 0)
		return err_set(
			err, STATUS_UNAVAILABLE, "%s: %s", path, strerror(-result));
	return 0;
}
