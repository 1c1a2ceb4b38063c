/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TOML documents through toml++, behind a C face. Nodes belong to their document. */
#ifndef GPUHOST_TOML_H
#define GPUHOST_TOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct toml_document;
struct toml_node; /* a table, an array or a value */

/* `name` stands in error sentences ("asus.toml:12:3: …"). Errors: STATUS_BAD_INPUT. */
int toml_parse(const char *text, size_t length, const char *name,
	struct toml_document **ret_document, struct err *err);
void toml_free(struct toml_document *document); /* accepts NULL */

const struct toml_node *toml_root(const struct toml_document *document);
/* NULL where there is none, or `table` is NULL or no table. */
const struct toml_node *toml_get(const struct toml_node *table, const char *key);
/* Elements of an array, members of a table; 0 for values and NULL. */
size_t toml_count(const struct toml_node *node);
const struct toml_node *toml_at(const struct toml_node *array_or_table, size_t index);
/* The key of member `index` of a table, in the order of the document's keys. */
const char *toml_key(const struct toml_node *table, size_t index);

/* NULL, false: no such value there. Strings live as long as the document. */
const char *toml_string(const struct toml_node *node);
bool toml_integer(const struct toml_node *node, int64_t *ret_value);
bool toml_boolean(const struct toml_node *node, bool *ret_value);
bool toml_is_table(const struct toml_node *node);
bool toml_is_array(const struct toml_node *node);
/* Where the node stands, from 1. */
void toml_position(
	const struct toml_node *node, unsigned *ret_line, unsigned *ret_column);
/* Where the key of member `index` stands. */
void toml_key_position(const struct toml_node *table, size_t index, unsigned *ret_line,
	unsigned *ret_column);

#endif
