/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes out of texts what names one machine: UUIDs, hardware addresses, serial numbers.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

enum {
	CFG_EXTENDED = 0x100, /* PCIe 6.0, 7.6: extended capabilities start here */
	EXT_CAP_DSN = 0x0003, /* PCIe 6.0, 7.9.3: device serial number, 8 bytes at +4 */
	KEY_MAX = 40,
};

/* Placeholders given so far: a hash table, as a hostile log may hold a million. */
struct redactor {
	struct arena *arena;
	struct slot {
		const char *key; /* "uuid" or "mac", then its hex digits in lower case */
		unsigned number;
	} * slots;
	size_t n_slots, used;
	unsigned uuids, macs;
};

struct redactor *redactor_new(struct arena *arena)
{
	struct redactor *redactor = arena_alloc(arena, sizeof(*redactor));

	redactor->arena = arena;
	redactor->n_slots = 64;
	redactor->slots = arena_alloc(arena, 64 * sizeof(*redactor->slots));
	return redactor;
}

static struct slot *slot_of(const struct redactor *redactor, const char *key)
{
	uint64_t hash = 1469598103934665603u; /* FNV-1a */

	for (const char *s = key; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	for (size_t i = hash;; i++) {
		struct slot *slot = &redactor->slots[i & (redactor->n_slots - 1)];

		if (!slot->key || strcmp(slot->key, key) == 0)
			return slot;
	}
}

static void make_room(struct redactor *redactor)
{
	struct slot *old = redactor->slots;
	size_t n = redactor->n_slots;

	if (2 * redactor->used < n)
		return;
	redactor->n_slots = 2 * n;
	redactor->slots = arena_alloc(redactor->arena, redactor->n_slots * sizeof(*old));
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*slot_of(redactor, old[i].key) = old[i];
}

/* The number of the thing spelt `text`, whatever its case and separators. */
static unsigned number_of(
	struct redactor *redactor, const char *kind, const char *text, size_t length)
{
	char key[KEY_MAX + 8];
	size_t n = (size_t)snprintf(key, sizeof(key), "%s ", kind);
	struct slot *slot;

	for (size_t i = 0; i < length && n < sizeof(key) - 1; i++)
		if (isxdigit((unsigned char)text[i]))
			key[n++] = (char)tolower((unsigned char)text[i]);
	key[n] = '\0';
	make_room(redactor);
	slot = slot_of(redactor, key);
	if (!slot->key) {
		slot->key = arena_strdup(redactor->arena, key);
		slot->number = strcmp(kind, "mac") == 0 ? ++redactor->macs
							: ++redactor->uuids;
		redactor->used++;
	}
	return slot->number;
}

struct scan {
	struct redactor *redactor;
	const char *text;
	size_t length, at;
	char *out;
	size_t out_length;
};

static int peek(const struct scan *scan, size_t at)
{
	return at < scan->length ? (unsigned char)scan->text[at] : 0;
}

static bool looking_at(const struct scan *scan, const char *word)
{
	size_t n = strlen(word);

	return scan->length - scan->at >= n &&
		memcmp(scan->text + scan->at, word, n) == 0;
}

static void emit(struct scan *scan, const char *text, size_t length)
{
	memcpy(scan->out + scan->out_length, text, length);
	scan->out_length += length;
}

static void emit_placeholder(
	struct scan *scan, const char *kind, const char *text, size_t length)
{
	char placeholder[32];
	int n = snprintf(placeholder, sizeof(placeholder), "<%s-%u>", kind,
		number_of(scan->redactor, kind, text, length));

	emit(scan, placeholder, (size_t)n);
}

static size_t hex_run(const struct scan *scan, size_t at, size_t most)
{
	size_t n = 0;

	while (n < most && isxdigit(peek(scan, at + n)))
		n++;
	return n;
}

/* 8-4-4-4-12 hex digits, or 32 in one piece (machine ids); 0 if there is none here. */
static size_t uuid_length(const struct scan *scan)
{
	static const uint8_t groups[] = { 8, 4, 4, 4, 12 };
	size_t at = scan->at;

	if (hex_run(scan, at, 33) == 32 && !isalnum(peek(scan, at + 32)))
		return 32;
	for (size_t i = 0; i < sizeof(groups); i++) {
		if (hex_run(scan, at, groups[i]) != groups[i])
			return 0;
		at += groups[i];
		if (i + 1 < sizeof(groups) && peek(scan, at++) != '-')
			return 0;
	}
	return isalnum(peek(scan, at)) ? 0 : at - scan->at;
}

/* The number of hex pairs joined by one kind of separator from here on, at most `most`.
 */
static size_t pair_count(const struct scan *scan, size_t most)
{
	int separator = peek(scan, scan->at + 2);
	size_t at = scan->at, count = 0;

	if (separator != ':' && separator != '-')
		return 0;
	while (count < most && hex_run(scan, at, 3) == 2) {
		count++;
		at += 2;
		if (peek(scan, at) != separator)
			return isalnum(peek(scan, at)) ? 0 : count;
		at++;
	}
	return 0; /* ends with a separator, or in something else: no address */
}

/* Ethernet's six pairs, the eight of an EUI-64, up to the twenty of InfiniBand. Seven are
 * BOOTIF's: the hardware type, then the address. */
static bool redact_mac(struct scan *scan)
{
	size_t pairs = pair_count(scan, 21), length = 3 * pairs - 1;

	if (pairs < 6 || pairs > 20)
		return false;
	if (pairs == 7) {
		emit(scan, scan->text + scan->at, 3);
		scan->at += 3;
		length -= 3;
	}
	emit_placeholder(scan, "mac", scan->text + scan->at, length);
	scan->at += length;
	return true;
}

/* Can an address or UUID start here? Not inside a word, a number, or an IPv6 address. */
static bool at_start(const struct scan *scan)
{
	int before = scan->at ? peek(scan, scan->at - 1) : 0;
	int earlier = scan->at > 1 ? peek(scan, scan->at - 2) : 0;

	if (isalnum(before))
		return false;
	return before != ':' || !(isxdigit(earlier) || earlier == ':');
}

/* After these words stands a short UUID of a file system or partition. */
static bool redact_labelled_uuid(struct scan *scan)
{
	static const char *const labels[] = { "UUID=", "uuid/" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		size_t n = strlen(labels[i]), end;

		if (!looking_at(scan, labels[i]))
			continue;
		for (end = scan->at + n;
			isxdigit(peek(scan, end)) || peek(scan, end) == '-';)
			end++;
		if (end - scan->at - n < 4 || isalnum(peek(scan, end)))
			return false;
		emit(scan, labels[i], n);
		emit_placeholder(
			scan, "uuid", scan->text + scan->at + n, end - scan->at - n);
		scan->at = end;
		return true;
	}
	return false;
}

/* After these words stands a serial number: to the end of the line, or of the word. */
static bool redact_serial(struct scan *scan)
{
	static const struct {
		const char *word, *end;
	} marks[] = { { "SerialNumber: ", "\n" }, { "/disk/by-id/", " \t\n,;\"'" } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t n = strlen(marks[i].word), end;

		if (!looking_at(scan, marks[i].word))
			continue;
		for (end = scan->at + n; end < scan->length &&
			!memchr(marks[i].end, scan->text[end], strlen(marks[i].end));)
			end++;
		if (end == scan->at + n)
			return false;
		emit(scan, marks[i].word, n);
		emit(scan, "<serial>", 8);
		scan->at = end;
		return true;
	}
	return false;
}

static bool redact_here(struct scan *scan)
{
	int c = peek(scan, scan->at);
	size_t length;

	if ((c == 'U' || c == 'u') && redact_labelled_uuid(scan))
		return true;
	if ((c == 'S' || c == '/') && redact_serial(scan))
		return true;
	if (!isxdigit(c) || !at_start(scan))
		return false;
	length = uuid_length(scan);
	if (length == 0)
		return redact_mac(scan);
	emit_placeholder(scan, "uuid", scan->text + scan->at, length);
	scan->at += length;
	return true;
}

struct bytes redact_text(struct redactor *redactor, struct bytes text)
{
	/* No placeholder with its label is longer than three times what it stands for. */
	struct scan scan = { .redactor = redactor,
		.text = (const char *)text.data,
		.length = text.length,
		.out = malloc(3 * text.length + 64) };
	char *copy;

	if (!scan.out)
		abort();
	while (scan.at < scan.length)
		if (!redact_here(&scan))
			scan.out[scan.out_length++] = scan.text[scan.at++];
	copy = arena_alloc(redactor->arena, scan.out_length + 1);
	memcpy(copy, scan.out, scan.out_length);
	free(scan.out);
	return (struct bytes){ (const uint8_t *)copy, scan.out_length };
}

struct bytes redact_config(struct arena *arena, struct bytes config)
{
	uint8_t *copy = arena_alloc(arena, config.length + 1);
	struct bytes result = { copy, config.length };
	size_t at = CFG_EXTENDED;

	if (config.length)
		memcpy(copy, config.data, config.length);
	/* As many steps as there are places for a capability, so that a loop ends. */
	for (size_t i = 0; i < 1024 && at >= CFG_EXTENDED && bytes_has(result, at, 4);
		i++) {
		uint32_t header = bytes_u32(result, at);

		if ((header & 0xffff) == EXT_CAP_DSN)
			for (size_t k = at + 4; k < at + 12 && k < result.length; k++)
				copy[k] = 0;
		at = header >> 20 & ~3u;
	}
	return result;
}
