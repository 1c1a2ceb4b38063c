/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading our own data files: the first fault is kept, with file, line, column and key,
 * and every later read answers with nothing, so that callers ask once, at the end. */
#ifndef GPUHOST_CHECK_DATA_H
#define GPUHOST_CHECK_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct bytes;
struct err;
struct knowledge;
struct machine;
struct toml_document;
struct toml_node;

struct data {
	const char *name; /* the file's path, for sentences */
	struct toml_document *document;
	const struct toml_node *root;
	struct arena *arena; /* strings are copied to it */
	struct err *err;
	bool broken;
};

/* 0, or -1 with a sentence. `text` must live until data_close(). */
int data_open(struct data *data, const char *name, struct bytes text, struct arena *arena,
	struct err *err);
/* 0 if nothing was wrong, else -1. */
int data_close(struct data *data);

/* A sentence on the value of `key` in `table` (on the table where it has no such key). */
void data_fault(struct data *data, const struct toml_node *table, const char *key,
	const char *sentence);
/* A fault if `table` is no table or has a key beside these (NULL ends them). */
void data_keys(
	struct data *data, const struct toml_node *table, const char *const *allowed);

/* NULL where the key is absent, which is a fault if `required`. */
const char *data_text(
	struct data *data, const struct toml_node *table, const char *key, bool required);
/* The number of texts; absent counts as none. */
size_t data_texts(struct data *data, const struct toml_node *table, const char *key,
	const char ***ret);
/* `otherwise` where the key is absent. */
uint64_t data_number(struct data *data, const struct toml_node *table, const char *key,
	uint64_t low, uint64_t high, uint64_t otherwise);
bool data_flag(struct data *data, const struct toml_node *table, const char *key,
	bool otherwise);
/* Which of `words` (NULL ends them) the text is; `otherwise` where it is absent. */
size_t data_choice(struct data *data, const struct toml_node *table, const char *key,
	const char *const *words, size_t otherwise);

/* The parts of knowledge_read(). `folder` is the data folder's boards/ or gpus/. */
int boards_read(const char *folder, const struct machine *machine, struct arena *arena,
	struct knowledge *ret, struct err *err);
int cards_read(
	const char *folder, struct arena *arena, struct knowledge *ret, struct err *err);

/* The *.toml files of a folder in order of their names. 0, or -1 with a sentence. */
int data_files(const char *folder, struct arena *arena, const char ***ret_paths,
	size_t *ret_n, struct err *err);
int data_read(
	const char *path, struct arena *arena, struct bytes *ret_text, struct err *err);

#endif
