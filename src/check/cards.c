/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPU families: the cards of every file. */
#include <string.h>

#include "data.h"
#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/err.h"
#include "gpuhost/knowledge.h"
#include "gpuhost/text.h"
#include "gpuhost/toml.h"

enum {
	LARGEST_BAR_MIB = 1 << 20,
	BAR1_USUAL_MIB = 256,
};

static const char *const family_keys[] = { "family", "bar0-mib", "bar3-mib",
	"bar1-default-mib", "functions", "lanes", "rebar", "reset", "reset-note",
	"source", "card", NULL };
static const char *const card_keys[] = { "name", "ids", "family", "bar0-mib", "bar3-mib",
	"bar1-default-mib", "bar1-max-mib", "functions", "lanes", "rebar", "reset",
	"reset-note", NULL };
static const char *const resets[] = {
	[RESET_UNREPORTED] = "unreported",
	[RESET_GOOD] = "good",
	[RESET_TROUBLED] = "troubled",
	NULL,
};

/* BARs come in powers of two (PCI 3.0, 6.2.5.1). */
static uint64_t read_bar(struct data *data, const struct toml_node *table,
	const char *key, uint64_t otherwise)
{
	uint64_t mib = data_number(data, table, key, 1, LARGEST_BAR_MIB, otherwise >> 20);

	if (mib & (mib - 1))
		data_fault(data, table, key, _("must be a power of two"));
	return mib << 20;
}

/* What a family and a card have in common; `card` holds what goes without saying. */
static void read_common(
	struct data *data, const struct toml_node *table, struct card *card)
{
	const char *family = data_text(data, table, "family", !card->family);
	const char *note = data_text(data, table, "reset-note", false);

	card->family = family ? family : card->family;
	card->bar0 = read_bar(data, table, "bar0-mib", card->bar0);
	card->bar3 = read_bar(data, table, "bar3-mib", card->bar3);
	card->bar1_default = read_bar(
		data, table, "bar1-default-mib", card->bar1_default);
	card->functions = (unsigned)data_number(
		data, table, "functions", 1, 8, card->functions);
	card->lanes = (unsigned)data_number(data, table, "lanes", 1, 16, card->lanes);
	card->rebar = tri_of(data_flag(data, table, "rebar", card->rebar == TRI_YES));
	card->reset = data_choice(data, table, "reset", resets, card->reset);
	card->reset_note = note ? note : card->reset_note;
}

static void read_ids(struct data *data, const struct toml_node *table, struct card *card)
{
	const size_t most = sizeof(card->device_ids) / sizeof(card->device_ids[0]);
	const char **ids = NULL;
	size_t n = data_texts(data, table, "ids", &ids);
	uint64_t id;

	if (n == 0 || n > most)
		data_fault(data, table, "ids", _("must hold 1 to 8 device ids"));
	for (size_t i = 0; i < n && !data->broken; i++) {
		if (strlen(ids[i]) != 4 || !text_u64_base(ids[i], 16, &id))
			data_fault(data, table, "ids",
				_("must hold device ids of four hexadecimal digits"));
		else
			card->device_ids[card->n_device_ids++] = (uint16_t)id;
	}
}

static void read_card(struct data *data, const struct toml_node *table,
	const struct card *family, struct card *ret)
{
	*ret = *family;
	data_keys(data, table, card_keys);
	ret->name = data_text(data, table, "name", true);
	read_ids(data, table, ret);
	read_common(data, table, ret);
	ret->bar1_max = read_bar(data, table, "bar1-max-mib", ret->bar1_default);
	if (ret->rebar == TRI_YES && !toml_get(table, "bar1-max-mib"))
		data_fault(data, table, "bar1-max-mib", _("is missing"));
	if (ret->rebar == TRI_YES ? ret->bar1_max <= ret->bar1_default
				  : ret->bar1_max != ret->bar1_default)
		data_fault(data, table, "bar1-max-mib",
			_("must be larger than the default if, and only if, the BAR can "
			  "be resized"));
}

static void read_family(struct data *data, struct knowledge *ret)
{
	struct card family = { .bar1_default = (uint64_t)BAR1_USUAL_MIB << 20,
		.bar0 = 16 << 20,
		.bar3 = 32 << 20,
		.functions = 2,
		.lanes = 16 };
	const struct toml_node *list = toml_get(data->root, "card");

	data_keys(data, data->root, family_keys);
	data_text(data, data->root, "source", true);
	read_common(data, data->root, &family);
	if (!toml_is_array(list))
		data_fault(data, data->root, "card", _("must be a list of tables"));
	for (size_t i = 0; i < toml_count(list) && !data->broken; i++) {
		ret->cards = arena_grow(
			data->arena, ret->cards, ret->n_cards, sizeof(*ret->cards));
		read_card(data, toml_at(list, i), &family, &ret->cards[ret->n_cards++]);
	}
}

int cards_read(
	const char *folder, struct arena *arena, struct knowledge *ret, struct err *err)
{
	const char **paths;
	size_t n;

	if (data_files(folder, arena, &paths, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct bytes text;
		struct data data;

		if (data_read(paths[i], arena, &text, err) < 0 ||
			data_open(&data, paths[i], text, arena, err) < 0)
			return -1;
		read_family(&data, ret);
		if (data_close(&data) < 0)
			return -1;
	}
	return 0;
}

const struct card *card_by_id(const struct knowledge *knowledge, uint16_t device_id)
{
	for (size_t i = 0; i < knowledge->n_cards; i++)
		for (size_t k = 0; k < knowledge->cards[i].n_device_ids; k++)
			if (knowledge->cards[i].device_ids[k] == device_id)
				return &knowledge->cards[i];
	return NULL;
}
