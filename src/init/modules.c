/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What depmod knows of the modules: modules.dep, modules.alias and modules.softdep, and
 * our own /lib/gpuhost/modules.conf, in the words of modprobe.d(5): "options NAME
 * WORD..." and "blacklist NAME".
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	INDEX_MAX = 64 << 20,
	NAME_SIZE = 64,
	DEPTH_MAX = 64
};
enum {
	TEXT_DEP,
	TEXT_SOFTDEP,
	TEXT_CONF,
	TEXT_ALIAS
};

/* Reads a whole file; an empty text if it isn't there, is too large, or memory is short.
 */
static char *read_text(int folder, const char *path)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	char *text = size >= 0 && size <= INDEX_MAX ? malloc((size_t)size + 1) : NULL;
	size_t length = 0;
	ssize_t n = 1;

	while (text && n > 0 && length < (size_t)size) {
		n = pread(fd, text + length, (size_t)size - length, (off_t)length);
		length += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	if (text)
		text[length] = '\0';
	return text ? text : calloc(1, 1);
}

/* "kernel/fs/fat/nls-x.ko.xz" is the module nls_x. Also takes a bare name. */
static void module_name(const char *path, char ret_name[NAME_SIZE])
{
	const char *end, *base = path;
	size_t length;

	for (end = path; *end && *end != ' '; end++) {
		if (*end == '/')
			base = end + 1;
	}
	length = strcspn(base, ". \n");
	if (length >= NAME_SIZE)
		length = NAME_SIZE - 1;
	for (size_t i = 0; i < length; i++)
		ret_name[i] = (char)(base[i] == '-' ? '_' : base[i]);
	ret_name[length] = '\0';
}

static int by_name(const void *a, const void *b)
{
	const struct module *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static struct module *find_module(const struct modules *modules, const char *path)
{
	char name[NAME_SIZE];
	struct module key = { .name = name };

	if (!modules->count)
		return NULL;
	module_name(path, name);
	return bsearch(&key, modules->all, modules->count, sizeof(key), by_name);
}

static size_t count_lines(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

/* The line that begins at *cursor, ended with a NUL; NULL at the end. */
static char *take_line(char **cursor)
{
	char *line = *cursor, *end = strchr(line, '\n');

	if (*line == '\0')
		return NULL;
	*cursor = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

/* Lines of modules.dep: "PATH: PATH PATH". */
static void parse_depends(struct modules *modules, char *text)
{
	char *line, name[NAME_SIZE];

	modules->all = calloc(count_lines(text), sizeof(*modules->all));
	while (modules->all && (line = take_line(&text))) {
		struct module *module = &modules->all[modules->count];
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		module_name(line, name);
		module->name = strdup(name);
		module->path = line;
		module->depends = colon + 1;
		if (module->name && name[0])
			modules->count++;
		else
			free(module->name);
	}
	if (modules->all)
		qsort(modules->all, modules->count, sizeof(*modules->all), by_name);
}

/* Lines of modules.alias: "alias PATTERN MODULE". Read late: what needs no alias comes up
 * sooner. */
static void read_aliases(struct modules *modules)
{
	char *text, *line;

	if (modules->aliases_read)
		return;
	modules->aliases_read = true;
	text = modules->text[TEXT_ALIAS] = read_text(modules->folder, "modules.alias");
	modules->aliases = text ? calloc(count_lines(text), sizeof(*modules->aliases))
				: NULL;
	while (modules->aliases && (line = take_line(&text))) {
		struct module_alias *alias = &modules->aliases[modules->alias_count];
		char *rest, *word = strtok_r(line, " ", &rest);

		if (!word || strcmp(word, "alias") != 0)
			continue;
		alias->pattern = strtok_r(NULL, " ", &rest);
		alias->module = strtok_r(NULL, " ", &rest);
		if (!alias->module)
			continue;
		alias->literal = strcspn(alias->pattern, "*?[\\");
		modules->alias_count++;
	}
}

void modules_open(
	struct modules *ret_modules, int root, const char *release, const char *words)
{
	char path[128];

	memset(ret_modules, 0, sizeof(*ret_modules));
	snprintf(path, sizeof(path), "lib/modules/%s", release);
	ret_modules->words = words;
	ret_modules->folder = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret_modules->text[TEXT_CONF] = read_text(root, "lib/gpuhost/modules.conf");
	if (ret_modules->folder < 0)
		return;
	ret_modules->text[TEXT_SOFTDEP] = read_text(
		ret_modules->folder, "modules.softdep");
	ret_modules->text[TEXT_DEP] = read_text(ret_modules->folder, "modules.dep");
	if (ret_modules->text[TEXT_DEP])
		parse_depends(ret_modules, ret_modules->text[TEXT_DEP]);
}

void modules_free(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		free(modules->all[i].name);
	for (size_t i = 0; i < COUNT(modules->text); i++)
		free(modules->text[i]);
	free(modules->all);
	free(modules->aliases);
	if (modules->folder >= 0)
		close(modules->folder);
}

/*
 * Steps through lines "KEYWORD NAME REST" of `text` that are about the module `name`;
 * returns REST, which ends at the newline, or NULL. *cursor is the text at first.
 */
static const char *next_line_about(
	const char **cursor, const char *keyword, const char *name)
{
	size_t length = strlen(keyword);
	char about[NAME_SIZE];

	while (*cursor && **cursor) {
		const char *line = *cursor + strspn(*cursor, " \t");
		const char *end = line + strcspn(line, "\n");

		*cursor = *end ? end + 1 : end;
		if (strncmp(line, keyword, length) != 0 || line[length] != ' ')
			continue;
		line += length;
		line += strspn(line, " ");
		module_name(line, about);
		if (strcmp(about, name) == 0)
			return line + strcspn(line, " \n");
	}
	return NULL;
}

static bool is_blacklisted(const struct modules *modules, const char *name)
{
	const char *words = modules->words, *conf = modules->text[TEXT_CONF];
	char value[256], *rest, about[NAME_SIZE];

	if (next_line_about(&conf, "blacklist", name))
		return true;
	while (words_next(&words, "modprobe.blacklist=", value, sizeof(value))) {
		for (char *word = strtok_r(value, ",", &rest); word;
			word = strtok_r(NULL, ",", &rest)) {
			module_name(word, about);
			if (strcmp(about, name) == 0)
				return true;
		}
	}
	return false;
}

static bool alias_matches(const struct module_alias *alias, const char *text)
{
	if (strncmp(alias->pattern, text, alias->literal) != 0)
		return false;
	return fnmatch(alias->pattern + alias->literal, text + alias->literal, 0) == 0;
}

/* The next module that answers to an alias; *position is 0 at first. */
static struct module *next_answering(
	struct modules *modules, const char *text, size_t *position)
{
	read_aliases(modules);
	while (*position < modules->alias_count) {
		const struct module_alias *alias = &modules->aliases[(*position)++];
		struct module *module;

		if (!alias_matches(alias, text))
			continue;
		module = find_module(modules, alias->module);
		if (module && !is_blacklisted(modules, module->name))
			return module;
	}
	return NULL;
}

bool modules_answer(struct modules *modules, const char *modalias)
{
	size_t position = 0;

	return next_answering(modules, modalias, &position) != NULL;
}

static void list_module(struct modules *modules, struct module *module,
	struct module_list *list, int depth);

static void list_name(
	struct modules *modules, const char *name, struct module_list *list, int depth)
{
	struct module *module = strchr(name, ':') ? NULL : find_module(modules, name);
	size_t position = 0;

	if (module) {
		list_module(modules, module, list, depth);
		return;
	}
	while ((module = next_answering(modules, name, &position)))
		list_module(modules, module, list, depth);
}

/* The names that follow "pre:" or "post:" in a line of modules.softdep. */
static void list_soft(struct modules *modules, const struct module *module,
	const char *part, struct module_list *list, int depth)
{
	const char *cursor = modules->text[TEXT_SOFTDEP], *line;
	char name[NAME_SIZE];

	while ((line = next_line_about(&cursor, "softdep", module->name))) {
		bool inside = false;

		for (;;) {
			size_t length;

			line += strspn(line, " ");
			length = strcspn(line, " \n");
			if (length == 0)
				break;
			if (line[length - 1] == ':') {
				inside = strncmp(line, part, length) == 0 &&
					!part[length];
			} else if (inside && length < sizeof(name)) {
				memcpy(name, line, length);
				name[length] = '\0';
				list_name(modules, name, list, depth + 1);
			}
			line += length;
		}
	}
}

/* modules.dep names the dependencies' dependencies too, those to load first last. */
static void list_depends(struct modules *modules, const struct module *module,
	struct module_list *list, int depth)
{
	const char *start = module->depends, *word = start + strlen(start);

	while (word > start) {
		struct module *depend;

		while (word > start && word[-1] == ' ')
			word--;
		while (word > start && word[-1] != ' ')
			word--;
		depend = *word && *word != ' ' ? find_module(modules, word) : NULL;
		if (depend)
			list_module(modules, depend, list, depth + 1);
	}
}

/* Marked before it is listed, so that circles in a damaged index end. */
static void list_module(struct modules *modules, struct module *module,
	struct module_list *list, int depth)
{
	if (module->listed || depth > DEPTH_MAX)
		return;
	module->listed = true;
	list_soft(modules, module, "pre:", list, depth);
	list_depends(modules, module, list, depth);
	if (!list->modules)
		list->modules = calloc(modules->count, sizeof(struct module *));
	if (list->modules && list->count < modules->count)
		list->modules[list->count++] = module;
	list_soft(modules, module, "post:", list, depth);
}

void modules_want(struct modules *modules, const char *name, struct module_list *list)
{
	list_name(modules, name, list, 0);
}

void module_list_free(struct module_list *list)
{
	free(list->modules);
	*list = (struct module_list){ 0 };
}

static void add_option(char *options, size_t size, const char *text, size_t length)
{
	size_t used = strlen(options);

	if (length == 0 || used + length + 2 > size)
		return;
	snprintf(options + used, size - used, "%s%.*s", used ? " " : "", (int)length,
		text);
}

void module_options(const struct modules *modules, const struct module *module,
	char *ret_options, size_t size)
{
	const char *cursor = modules->text[TEXT_CONF], *line, *words = modules->words;
	char word[256], name[NAME_SIZE];

	ret_options[0] = '\0';
	while ((line = next_line_about(&cursor, "options", module->name))) {
		line += strspn(line, " ");
		add_option(ret_options, size, line, strcspn(line, "\n"));
	}
	while (words_next(&words, "", word, sizeof(word))) {
		const char *dot = strchr(word, '.');

		module_name(word, name);
		if (dot && strcmp(name, module->name) == 0)
			add_option(ret_options, size, dot + 1, strlen(dot + 1));
	}
}
