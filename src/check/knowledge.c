/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data folder, and cards by the names people give them. */
#include "gpuhost/knowledge.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "data.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/pci.h"
#include "gpuhost/text.h"

enum {
	KEY_ROOM = 64, /* longer names are no card's */
	NEAREST = 5,
};

static bool holds_data(struct arena *arena, const char *folder)
{
	return access(arena_printf(arena, "%s/boards", folder), R_OK | X_OK) == 0 &&
		access(arena_printf(arena, "%s/gpus", folder), R_OK | X_OK) == 0;
}

/* Installed (bin/ beside share/), or as built (build/, build/san/). */
static const char *find_folder(struct arena *arena, struct err *err)
{
	static const char *const places[] = { "../share/gpuhost", "../profiles",
		"../../profiles" };
	const char *named = getenv("GPUHOST_DATA");
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (named && *named)
		return named;
	program[length > 0 ? length : 0] = '\0';
	if (strrchr(program, '/'))
		*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && length > 0; i++) {
		const char *folder = arena_printf(arena, "%s/%s", program, places[i]);

		if (holds_data(arena, folder))
			return folder;
	}
	err_set(err, STATUS_UNAVAILABLE,
		_("gpuhost's data files were not found; set GPUHOST_DATA to their "
		  "folder"));
	return NULL;
}

static bool has_nvidia_display(const struct machine *machine)
{
	for (size_t i = 0; i < machine->pci.n_functions; i++) {
		const struct pci_function *function = &machine->pci.functions[i];

		if (function->vendor_id == PCI_VENDOR_NVIDIA_GPU &&
			function->class_code >> 8 == PCI_CLASS_VGA >> 8)
			return true;
	}
	return false;
}

int knowledge_read(const char *folder, const struct machine *machine, bool cards,
	struct arena *arena, struct knowledge *ret, struct err *err)
{
	struct knowledge knowledge = { 0 };

	if (!folder)
		folder = find_folder(arena, err);
	if (!folder)
		return -1;
	if (boards_read(arena_printf(arena, "%s/boards", folder), machine, arena,
		    &knowledge, err) < 0)
		return -1;
	if ((cards || has_nvidia_display(machine)) &&
		cards_read(arena_printf(arena, "%s/gpus", folder), arena, &knowledge,
			err) < 0)
		return -1;
	*ret = knowledge;
	return 0;
}

/* The letters and digits of a name, small, without the words every card has. */
static void name_key(const char *name, size_t length, char key[KEY_ROOM])
{
	static const char *const noise[] = { "nvidia", "geforce" };
	size_t n = 0;

	for (size_t i = 0; i < length && n < KEY_ROOM - 1; i++)
		if (!isspace((unsigned char)name[i]) && name[i] != '-')
			key[n++] = (char)tolower((unsigned char)name[i]);
	key[n] = '\0';
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		if (text_starts(key, noise[i])) {
			size_t skip = strlen(noise[i]);

			memmove(key, key + skip, strlen(key + skip) + 1);
		}
	if (text_ends(key, "generation"))
		key[strlen(key) - strlen("generation")] = '\0';
}

/* Without the series, which people leave out: "4080" of "rtx4080". */
static const char *without_series(const char *key)
{
	static const char *const series[] = { "tesla", "quadro", "rtx", "gtx", "gt" };

	for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++)
		if (text_starts(key, series[i]))
			key += strlen(series[i]);
	return key;
}

/* Calls for each of a card's names: one id may stand for several ("A2 / A16"). */
static bool next_name(const char **cursor, char key[KEY_ROOM])
{
	const char *start = *cursor, *slash;

	if (!start)
		return false;
	slash = strstr(start, " / ");
	name_key(start, slash ? (size_t)(slash - start) : strlen(start), key);
	*cursor = slash ? slash + 3 : NULL;
	return true;
}

static bool fits_name(const struct card *card, const char *query, bool exact)
{
	const char *cursor = card->name;
	char key[KEY_ROOM];

	name_key(card->name, strlen(card->name), key);
	if (exact && strcmp(key, query) == 0)
		return true;
	while (next_name(&cursor, key))
		if (strcmp(exact ? key : without_series(key),
			    exact ? query : without_series(query)) == 0)
			return true;
	return false;
}

/* How many cards fit; `ret_card` is the first. */
static size_t count_fits(const struct knowledge *knowledge, const char *query, bool exact,
	const struct card **ret_card)
{
	size_t n = 0;

	for (size_t i = 0; i < knowledge->n_cards; i++)
		if (fits_name(&knowledge->cards[i], query, exact) && n++ == 0)
			*ret_card = &knowledge->cards[i];
	return n;
}

static const struct card *find_id(const struct knowledge *knowledge, const char *query)
{
	uint64_t id;

	if (strncasecmp(query, "10de:", 5) == 0)
		query += 5;
	if (strlen(query) != 4 || !text_u64_base(query, 16, &id))
		return NULL;
	return card_by_id(knowledge, (uint16_t)id);
}

/* Levenshtein's distance, and less the other way round where one name holds the other. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[KEY_ROOM + 1];
	size_t n = strlen(b);

	for (size_t k = 0; k <= n; k++)
		row[k] = (unsigned)k;
	for (size_t i = 0; a[i]; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t k = 0; k < n; k++) {
			unsigned best = corner + (a[i] != b[k]);

			corner = row[k + 1];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k + 1] + 1 < best)
				best = row[k + 1] + 1;
			row[k + 1] = best;
		}
	}
	return strstr(a, b) || strstr(b, a) ? row[n] / 8 : row[n];
}

static unsigned card_distance(const struct card *card, const char *query)
{
	const char *cursor = card->name;
	unsigned least = KEY_ROOM;
	char key[KEY_ROOM];

	while (next_name(&cursor, key)) {
		unsigned d = distance(without_series(key), without_series(query));

		least = d < least ? d : least;
	}
	return least;
}

/* The nearest names, best first, as a list for a sentence. */
static void nearest_names(
	const struct knowledge *knowledge, const char *query, char *text, size_t room)
{
	const struct card *best[NEAREST];
	unsigned at[NEAREST];
	size_t n = 0, used = 0;

	for (size_t i = 0; i < knowledge->n_cards; i++) {
		unsigned d = card_distance(&knowledge->cards[i], query);
		size_t place = n < NEAREST ? n++ : NEAREST;

		for (; place > 0 && at[place - 1] > d; place--)
			if (place < NEAREST) {
				best[place] = best[place - 1];
				at[place] = at[place - 1];
			}
		if (place < NEAREST) {
			best[place] = &knowledge->cards[i];
			at[place] = d;
		}
	}
	text[0] = '\0';
	for (size_t i = 0; i < n && used < room; i++)
		used += (size_t)snprintf(
			text + used, room - used, "%s%s", i ? ", " : "", best[i]->name);
}

const struct card *card_find(
	const struct knowledge *knowledge, const char *query, struct err *err)
{
	const struct card *card = NULL;
	char key[KEY_ROOM], names[256];
	size_t fits;

	name_key(query, strlen(query), key);
	fits = count_fits(knowledge, key, true, &card);
	if (fits == 0)
		fits = count_fits(knowledge, key, false, &card);
	if (fits == 0 && (card = find_id(knowledge, query)))
		return card;
	if (fits == 1)
		return card;
	nearest_names(knowledge, key, names, sizeof(names));
	if (fits)
		err_set(err, STATUS_USAGE,
			_("\"%.80s\" fits more than one card; nearest: %s"), query,
			names);
	else
		err_set(err, STATUS_USAGE,
			_("no card is known as \"%.80s\"; nearest: %s"), query, names);
	return NULL;
}
