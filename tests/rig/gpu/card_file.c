/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a card's file (TOML): see tests/rig/gpus. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/toml.h"

struct reading {
	const char *name;
	struct arena *arena;
	struct err *err;
};

static int complain(
	const struct reading *reading, const struct toml_node *node, const char *what)
{
	unsigned line = 0, column = 0;

	if (node)
		toml_position(node, &line, &column);
	return err_set(reading->err, STATUS_BAD_INPUT, "%s:%u:%u: %s", reading->name,
		line, column, what);
}

/* A number up to `limit`; `fallback` where the key is missing, unless that is negative.
 */
static int read_number(const struct reading *reading, const struct toml_node *table,
	const char *key, int64_t limit, int64_t fallback, uint32_t *ret)
{
	const struct toml_node *node = toml_get(table, key);
	int64_t value = fallback;
	char sentence[100];

	if (node && !toml_integer(node, &value))
		value = -1;
	if (value < 0 || value > limit) {
		snprintf(sentence, sizeof(sentence), "%s must be 0 to 0x%" PRIx64, key,
			(uint64_t)limit);
		return complain(reading, node ? node : table, sentence);
	}
	*ret = (uint32_t)value;
	return 0;
}

/* "16M", "256", "4G": a power of two. */
static int read_size(
	const struct reading *reading, const struct toml_node *node, uint64_t *ret)
{
	const char *text = toml_string(node);
	unsigned shift = 0;
	uint64_t size;
	char *end;

	if (!text || text[0] < '1' || text[0] > '9')
		return complain(reading, node, "a size such as \"16M\" is wanted");
	size = strtoull(text, &end, 10);
	if (*end == 'K' || *end == 'M' || *end == 'G')
		shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 30;
	if (size > 1024 || (size & (size - 1)) || end[shift ? 1 : 0] != '\0')
		return complain(
			reading, node, "a power of two up to \"1024G\" is wanted");
	*ret = size << shift;
	return 0;
}

static int read_bar(const struct reading *reading, const struct toml_node *node,
	struct card_function *function)
{
	static const char *const words[] = { "", "memory32", "memory64", "io" };
	const char *type = toml_string(toml_get(node, "type"));
	struct bar bar = { 0 };
	uint32_t index;

	if (read_number(reading, node, "index", CARD_BARS - 1, -1, &index) < 0 ||
		read_size(reading, toml_get(node, "size"), &bar.size) < 0)
		return -1;
	for (unsigned i = BAR_MEMORY32; type && i <= BAR_IO; i++)
		if (strcmp(type, words[i]) == 0)
			bar.type = (enum bar_type)i;
	if (bar.type == BAR_ABSENT)
		return complain(
			reading, node, "type is \"memory32\", \"memory64\" or \"io\"");
	toml_boolean(toml_get(node, "prefetchable"), &bar.prefetchable);
	if (function->bar[index].type != BAR_ABSENT ||
		(index > 0 && function->bar[index - 1].type == BAR_MEMORY64) ||
		(bar.type == BAR_MEMORY64 && index == CARD_BARS - 1))
		return complain(reading, node, "this BAR's register is taken");
	if (bar.type == BAR_IO ? bar.size < 4 || bar.size > 256 : bar.size < 4096)
		return complain(reading, node, "this size is not for that type of BAR");
	if (bar.type == BAR_MEMORY32 && bar.size > 1ull << 31)
		return complain(reading, node, "a 32-bit BAR has at most 2G");
	function->bar[index] = bar;
	return 0;
}

static int read_bars(const struct reading *reading, const struct toml_node *array,
	struct card_function *function)
{
	for (size_t i = 0; i < toml_count(array); i++)
		if (read_bar(reading, toml_at(array, i), function) < 0)
			return -1;
	return 0;
}

static int read_registers(const struct reading *reading, const struct toml_node *array,
	struct card_function *function)
{
	size_t n = toml_count(array);

	if (n > CARD_REGISTERS)
		return complain(reading, array, "too many registers");
	for (size_t i = 0; i < n; i++) {
		struct bar_register *item = &function->registers[i];
		const struct toml_node *node = toml_at(array, i);
		uint32_t bar, offset;

		if (read_number(reading, node, "bar", CARD_BARS - 1, -1, &bar) < 0 ||
			read_number(reading, node, "offset", UINT32_MAX, -1, &offset) <
				0 ||
			read_number(
				reading, node, "value", UINT32_MAX, -1, &item->value) < 0)
			return -1;
		if (offset % 4 || (uint64_t)offset + 4 > function->bar[bar].size)
			return complain(reading, node, "this offset is not in the BAR");
		item->bar = bar;
		item->offset = offset;
	}
	function->n_registers = n;
	return 0;
}

static int read_ids(const struct reading *reading, const struct toml_node *node,
	struct card_function *function)
{
	uint32_t vendor, device, subvendor, subsystem, revision;

	if (read_number(reading, node, "vendor", 0xfffe, -1, &vendor) < 0 ||
		read_number(reading, node, "device", 0xffff, -1, &device) < 0 ||
		read_number(reading, node, "subsystem-vendor", 0xffff, 0, &subvendor) <
			0 ||
		read_number(reading, node, "subsystem", 0xffff, 0, &subsystem) < 0 ||
		read_number(reading, node, "revision", 0xff, 0, &revision) < 0 ||
		read_number(reading, node, "class", 0xffffff, -1, &function->class_code) <
			0)
		return -1;
	function->vendor = (uint16_t)vendor;
	function->device = (uint16_t)device;
	function->subsystem_vendor = (uint16_t)subvendor;
	function->subsystem = (uint16_t)subsystem;
	function->revision = (uint8_t)revision;
	return 0;
}

static int read_rebar(const struct reading *reading, const struct toml_node *node,
	struct card_function *function)
{
	uint32_t bar;

	if (!node)
		return 0;
	/* The register's bits 4 to 31 stand for 1 MiB to 128 TiB (PCIe 7.8.6.2). */
	if (read_number(reading, node, "bar", CARD_BARS - 1, -1, &bar) < 0 ||
		read_number(reading, node, "sizes", 0xfffffff, -1,
			&function->rebar_sizes) < 0)
		return -1;
	if (function->bar[bar].type == BAR_ABSENT || function->bar[bar].size < 1u << 20 ||
		!(function->rebar_sizes & function->bar[bar].size >> 20))
		return complain(reading, node, "the BAR's size is not among its sizes");
	function->has_rebar = true;
	function->rebar_bar = bar;
	return 0;
}

static int read_rom(const struct reading *reading, const struct toml_node *node,
	struct card_function *function)
{
	struct rom_images images = { 0 };
	uint64_t size;

	if (!node)
		return 0;
	if (read_size(reading, toml_get(node, "size"), &size) < 0)
		return -1;
	if (size < 8 << 10 || size > 16 << 20)
		return complain(reading, node, "a ROM has 8K to 16M");
	toml_boolean(toml_get(node, "x86"), &images.x86);
	toml_boolean(toml_get(node, "efi"), &images.efi);
	function->rom = option_rom_make(reading->arena, function, images, (size_t)size);
	return 0;
}

static int read_function(const struct reading *reading, const struct toml_node *node,
	struct card_function *function)
{
	uint32_t speed, width;

	if (read_ids(reading, node, function) < 0 ||
		read_number(reading, node, "link-speed", 6, 1, &speed) < 0 ||
		read_number(reading, node, "link-width", 32, 1, &width) < 0 ||
		read_bars(reading, toml_get(node, "bar"), function) < 0 ||
		read_registers(reading, toml_get(node, "register"), function) < 0 ||
		read_rebar(reading, toml_get(node, "rebar"), function) < 0)
		return -1;
	if (speed == 0 || width == 0)
		return complain(reading, node, "a link has a speed and a width");
	function->link_speed = (uint8_t)speed;
	function->link_width = (uint8_t)width;
	toml_boolean(toml_get(node, "flr"), &function->flr);
	return read_rom(reading, toml_get(node, "rom"), function);
}

static int read_card(
	const struct reading *reading, const struct toml_node *root, struct card *card)
{
	const struct toml_node *functions = toml_get(root, "function");
	const char *name = toml_string(toml_get(root, "name"));

	card->n_functions = toml_is_array(functions) ? toml_count(functions) : 0;
	if (!name || card->n_functions == 0 || card->n_functions > CARD_FUNCTIONS)
		return complain(
			reading, root, "a card has a name and one to eight functions");
	card->name = arena_strdup(reading->arena, name);
	for (size_t i = 0; i < card->n_functions; i++)
		if (read_function(reading, toml_at(functions, i), &card->functions[i]) <
			0)
			return -1;
	return 0;
}

int card_parse(struct bytes text, const char *name, struct arena *arena,
	struct card *ret_card, struct err *err)
{
	const struct reading reading = { name, arena, err };
	struct toml_document *document;
	struct card card = { 0 };
	int result;

	if (toml_parse((const char *)text.data, text.length, name, &document, err) < 0)
		return -1;
	result = read_card(&reading, toml_root(document), &card);
	if (result == 0)
		*ret_card = card;
	toml_free(document);
	return result;
}
