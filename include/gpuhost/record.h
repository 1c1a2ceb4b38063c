/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was recorded of a machine, in memory: members by path, facts, and what the record
 * covers.
 *
 * A live machine is recorded first and read from the record afterwards; an archive and an
 * unpacked folder become the same thing. So live and replayed findings can't differ.
 * Format on disk: gpuhost-capture/1 (README, "Captures").
 */
#ifndef GPUHOST_RECORD_H
#define GPUHOST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpuhost/bytes.h"

struct arena;
struct err;

#define RECORD_FORMAT "gpuhost-capture/1"

enum presence {
	PRESENCE_UNKNOWN = 0, /* not covered, or refused */
	PRESENCE_ABSENT, /* covered, and not there: it did not exist on that machine */
	PRESENCE_PRESENT,
};

enum member_kind {
	MEMBER_FILE,
	MEMBER_LINK, /* the bytes are the link's text; never followed */
	MEMBER_DIR,
};

struct member {
	const char *path; /* real path without the leading slash */
	enum member_kind kind;
	struct bytes data;
};

struct refusal {
	const char *path;
	const char *error; /* errno name ("EPERM"), or "redacted", "not-loaded" */
};

struct fact {
	const char *key;
	const char *value;
};

struct record {
	struct arena *arena; /* not owned: everything below lives in it */
	const char *made_by; /* NULL where the manifest doesn't say */
	const char *when; /* ISO 8601, or NULL */
	const char **covers;
	size_t n_covers;
	struct refusal *refused;
	size_t n_refused;
	struct fact *facts;
	size_t n_facts;
	struct member *members; /* sorted by path once sealed */
	size_t n_members;
	/* Filled for a running machine only: */
	const char *live_root; /* "/" (or a test's root); else NULL */
	bool sealed;
};

/* ---- building ---- */
struct record *record_new(struct arena *arena);
void record_add(struct record *record, const char *path, enum member_kind kind,
	struct bytes data);
void record_cover(struct record *record, const char *prefix);
void record_refuse(struct record *record, const char *path, const char *error);
void record_add_fact(struct record *record, const char *key, const char *value);
/* Sorts members, covers, refusals and facts; of two members with one path the first
 * stays. Reading needs a sealed record. */
void record_seal(struct record *record);

/* ---- reading; paths are without the leading slash ---- */
enum presence record_presence(const struct record *record, const char *path);
/* A regular file's bytes (a NUL stands behind them). A folder or link there counts as
 * unknown. */
enum presence record_file(
	const struct record *record, const char *path, struct bytes *ret_bytes);
/* The same as trimmed text (text_trim), path in printf form. NULL unless present. */
const char *record_text(const struct record *record, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A link's text. */
enum presence record_link(
	const struct record *record, const char *path, const char **ret_target);
/* The last component of a link's text, path in printf form; NULL unless present. */
const char *record_link_name(const struct record *record, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A number in an attribute ("0x10de", "4", base 0), path in printf form. */
bool record_number(const struct record *record, uint64_t *ret_value, const char *format,
	...) __attribute__((format(printf, 3, 4)));
/* Names directly below `folder`, sorted, each once. Unknown if the folder is not covered
 * or something in it was refused (names that happen to be there are returned all the
 * same). */
enum presence record_list(const struct record *record, const char *folder,
	const char ***ret_names, size_t *ret_count);
/* NULL where the fact is not recorded. */
const char *record_fact(const struct record *record, const char *key);
/* A fact that is a number. */
bool record_fact_number(
	const struct record *record, const char *key, uint64_t *ret_value);
/* Why a path was refused, or NULL. */
const char *record_refusal(const struct record *record, const char *path);

#endif
