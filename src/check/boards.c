/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware menus: the file of this board's maker, and of it what fits board and CPU. */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "data.h"
#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"
#include "gpuhost/knowledge.h"
#include "gpuhost/text.h"
#include "gpuhost/toml.h"

#define NOTHING SIZE_MAX /* an answer of data_choice() */

enum {
	FOR_INTEL = 1,
	FOR_AMD = 2,
};

/* A menu as the file has it, before it is known whether it applies. */
struct entry {
	struct menu menu;
	unsigned cpus; /* FOR_… */
	const char **boards;
	size_t n_boards;
};

static const char *const file_keys[] = { "vendor", "match", "setup-key", "menu", NULL };
static const char *const menu_keys[] = { "key", "cpu", "boards", "option", "value",
	"path", "attribute", "confidence", "source", NULL };
static const char *const known_menus[] = { "cpu-virt", "iommu", "interrupt-remapping",
	"above-4g", "rebar", "csm", "sriov", "primary-display", "igpu-multi-monitor",
	"secure-boot", NULL };
static const char *const cpus[] = { "intel", "amd", NULL };
static const char *const confidences[] = {
	[CONFIDENCE_LOW] = "low",
	[CONFIDENCE_MEDIUM] = "medium",
	[CONFIDENCE_HIGH] = "high",
	NULL,
};

static void read_entry(
	struct data *data, const struct toml_node *table, struct entry *ret)
{
	struct menu *menu = &ret->menu;
	size_t key, cpu, confidence;

	data_keys(data, table, menu_keys);
	key = data_choice(data, table, "key", known_menus, NOTHING);
	cpu = data_choice(data, table, "cpu", cpus, NOTHING);
	confidence = data_choice(data, table, "confidence", confidences, NOTHING);
	if (key == NOTHING)
		data_fault(data, table, "key", _("is missing"));
	if (confidence == NOTHING)
		data_fault(data, table, "confidence", _("is missing"));
	menu->key = key == NOTHING ? NULL : known_menus[key];
	menu->confidence = confidence == NOTHING ? CONFIDENCE_LOW : confidence;
	menu->option = data_text(data, table, "option", true);
	menu->value = data_text(data, table, "value", true);
	menu->n_path = data_texts(data, table, "path", &menu->path);
	menu->attribute = data_text(data, table, "attribute", false);
	ret->cpus = cpu == NOTHING ? FOR_INTEL | FOR_AMD : cpu ? FOR_AMD : FOR_INTEL;
	ret->n_boards = data_texts(data, table, "boards", &ret->boards);
	data_text(data, table, "source", true);
}

static bool fits_board(const struct entry *entry, const struct dmi *dmi)
{
	const char *names[] = { dmi->board_name, dmi->product_name };

	for (size_t i = 0; i < entry->n_boards; i++)
		for (size_t k = 0; k < 2; k++)
			if (names[k] &&
				fnmatch(entry->boards[i], names[k], FNM_CASEFOLD) == 0)
				return true;
	return entry->n_boards == 0;
}

static const struct entry *first_fit(const struct entry *entries, size_t n,
	const char *key, const struct dmi *dmi, unsigned cpu)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(entries[i].menu.key, key) == 0 && entries[i].cpus & cpu &&
			fits_board(&entries[i], dmi))
			return &entries[i];
	return NULL;
}

/* Without the CPU's vendor only what is the same for both can be told. */
static const struct entry *choose(const struct entry *entries, size_t n, const char *key,
	const struct machine *machine)
{
	const struct dmi *dmi = &machine->system.dmi;
	const struct entry *intel = first_fit(entries, n, key, dmi, FOR_INTEL);
	const struct entry *amd = first_fit(entries, n, key, dmi, FOR_AMD);

	if (machine->cpu.vendor == CPU_VENDOR_INTEL)
		return intel;
	if (machine->cpu.vendor == CPU_VENDOR_AMD)
		return amd;
	return intel == amd ? intel : NULL;
}

static void read_board(
	struct data *data, const struct machine *machine, struct board *ret)
{
	const struct toml_node *list = toml_get(data->root, "menu");
	size_t n = toml_count(list);
	struct entry *entries = arena_alloc(data->arena, n * sizeof(*entries));

	data_keys(data, data->root, file_keys);
	ret->vendor = data_text(data, data->root, "vendor", true);
	ret->setup_key = data_text(data, data->root, "setup-key", false);
	if (!toml_is_array(list))
		data_fault(data, data->root, "menu", _("must be a list of tables"));
	for (size_t i = 0; i < n && !data->broken; i++)
		read_entry(data, toml_at(list, i), &entries[i]);
	ret->menus = arena_alloc(data->arena,
		sizeof(known_menus) / sizeof(*known_menus) * sizeof(*ret->menus));
	for (size_t i = 0; known_menus[i] && !data->broken; i++) {
		const struct entry *entry = choose(entries, n, known_menus[i], machine);

		if (entry)
			ret->menus[ret->n_menus++] = entry->menu;
	}
}

static bool lists_vendor(struct data *data, const char *vendor)
{
	const char **names = NULL;
	size_t n = data_texts(data, data->root, "match", &names);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(names[i], vendor) == 0)
			return true;
	return false;
}

/* Parsing is the dear part, so files that don't hold the vendor's words are left alone.
 */
static bool mentions(struct bytes text, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= text.length; i++)
		if (strncasecmp((const char *)text.data + i, word, length) == 0)
			return true;
	return false;
}

/* 1 and the board if the file is this vendor's, 0 if not, -1 with a sentence. `vendor`
 * NULL takes any. */
static int try_file(const char *path, const char *vendor, const struct machine *machine,
	struct arena *arena, struct board *ret, struct err *err)
{
	struct board board = { 0 };
	struct bytes text;
	struct data data;
	bool found;

	if (data_read(path, arena, &text, err) < 0)
		return -1;
	if (vendor && !mentions(text, vendor))
		return 0;
	if (data_open(&data, path, text, arena, err) < 0)
		return -1;
	found = !vendor || lists_vendor(&data, vendor);
	if (found)
		read_board(&data, machine, &board);
	if (data_close(&data) < 0)
		return -1;
	if (found)
		*ret = board;
	return found;
}

int boards_read(const char *folder, const struct machine *machine, struct arena *arena,
	struct knowledge *ret, struct err *err)
{
	/* Servers often have no board vendor, and home-built PCs no system vendor. */
	const char *vendors[] = { machine->system.dmi.board_vendor,
		machine->system.dmi.sys_vendor };
	const char **paths;
	size_t n;

	if (data_files(folder, arena, &paths, &n, err) < 0)
		return -1;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < n && vendors[k]; i++) {
			int found = try_file(
				paths[i], vendors[k], machine, arena, &ret->board, err);

			if (found)
				return found < 0 ? -1 : 0;
		}
	if (try_file(arena_printf(arena, "%s/generic.toml", folder), NULL, machine, arena,
		    &ret->board, err) < 0)
		return -1;
	ret->board.vendor = NULL; /* not known, and not "generic" */
	return 0;
}

const struct menu *board_menu(const struct board *board, const char *key)
{
	for (size_t i = 0; i < board->n_menus; i++)
		if (strcmp(board->menus[i].key, key) == 0)
			return &board->menus[i];
	return NULL;
}
