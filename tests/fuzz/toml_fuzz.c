/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes TOML documents: parsed, and walked to every leaf. */
#include "fuzz.h"

#include "gpuhost/toml.h"

static void walk(const struct toml_node *node, unsigned depth)
{
	unsigned line, column;
	int64_t integer;
	bool boolean;

	toml_string(node);
	toml_integer(node, &integer);
	toml_boolean(node, &boolean);
	toml_position(node, &line, &column);
	for (size_t i = 0; i < toml_count(node) && depth < 256; i++) {
		const char *key = toml_key(node, i);

		if (key)
			toml_get(node, key);
		walk(toml_at(node, i), depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_AUTO arena = arena_new();
	struct toml_document *document;
	struct err err;
	const char *text = arena_memdup(arena, data, size);

	if (toml_parse(text, size, "fuzz.toml", &document, &err) != 0)
		return 0;
	walk(toml_root(document), 0);
	toml_free(document);
	return 0;
}
