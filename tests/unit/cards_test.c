/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPU families: sound data, and cards found by id and by the names people give them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/knowledge.h"

static struct knowledge know(struct arena *arena)
{
	struct machine machine = { 0 };
	struct knowledge knowledge = { 0 };
	struct err err = { 0 };

	if (knowledge_read("profiles", &machine, true, arena, &knowledge, &err) < 0)
		fail_msg("%s", err.text);
	return knowledge;
}

static bool is_bar(uint64_t size)
{
	return size >= 1 << 20 && (size & (size - 1)) == 0;
}

static void cards_are_sound_and_their_ids_unique(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct knowledge known = know(arena);

	(void)state;
	assert_true(known.n_cards > 100);
	for (size_t i = 0; i < known.n_cards; i++) {
		const struct card *card = &known.cards[i];

		assert_true(is_bar(card->bar0) && is_bar(card->bar3));
		assert_true(is_bar(card->bar1_default) && is_bar(card->bar1_max));
		assert_true(card->bar1_max >= card->bar1_default);
		assert_int_equal(
			card->rebar == TRI_YES, card->bar1_max > card->bar1_default);
		assert_true(card->lanes == 4 || card->lanes == 8 || card->lanes == 16);
		assert_true(card->functions == 1 || card->functions == 2 ||
			card->functions == 4);
		assert_true(card->n_device_ids > 0);
		for (size_t k = 0; k < card->n_device_ids; k++)
			assert_ptr_equal(card_by_id(&known, card->device_ids[k]), card);
		assert_ptr_equal(card_find(&known, card->name, NULL), card);
	}
}

static void known_cards_are_told_right(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct knowledge known = know(arena);
	const struct card *card = card_by_id(&known, 0x2704);
	static const uint16_t no_display[] = { 0x22bb, 0x22ba, 0x228b, 0x22e8, 0x22e9,
		0x2f80, 0x1ad6, 0x1ad7, 0x1ad8, 0x1aec, 0x1aed, 0x0000, 0xffff };

	(void)state;
	assert_string_equal(card->name, "GeForce RTX 4080");
	assert_string_equal(card->family, "Ada Lovelace");
	assert_int_equal(card->bar1_default, 256ull << 20);
	assert_int_equal(card->bar1_max, 16ull << 30);
	assert_int_equal(card->functions, 2);
	assert_int_equal(card->reset, RESET_GOOD);
	assert_string_equal(card_by_id(&known, 0x2684)->name, "GeForce RTX 4090");
	assert_string_equal(card_by_id(&known, 0x2702)->name, "GeForce RTX 4080 SUPER");
	card = card_by_id(&known, 0x2b85);
	assert_string_equal(card->name, "GeForce RTX 5090");
	assert_int_equal(card->bar0, 64 << 20);
	assert_int_equal(card->reset, RESET_TROUBLED);
	assert_non_null(card->reset_note);
	card = card_find(&known, "RTX 2080 Ti", NULL);
	assert_int_equal(card->functions, 4);
	assert_int_equal(card->rebar, TRI_NO);
	assert_int_equal(card_find(&known, "P40", NULL)->bar1_default, 32ull << 30);
	assert_int_equal(card_find(&known, "RTX 4060", NULL)->lanes, 8);
	for (size_t i = 0; i < sizeof(no_display) / sizeof(no_display[0]); i++)
		assert_null(card_by_id(&known, no_display[i]));
}

static void cards_are_found_as_people_write_them(void **state)
{
	static const struct {
		const char *query, *name;
	} cases[] = {
		{ "4080", "GeForce RTX 4080" },
		{ "RTX 4080", "GeForce RTX 4080" },
		{ "rtx4080", "GeForce RTX 4080" },
		{ "NVIDIA GeForce RTX 4080", "GeForce RTX 4080" },
		{ "geforce-rtx-4080", "GeForce RTX 4080" },
		{ "2704", "GeForce RTX 4080" },
		{ "10DE:2704", "GeForce RTX 4080" },
		{ "4080 super", "GeForce RTX 4080 SUPER" },
		{ "1080", "GeForce GTX 1080" },
		{ "GTX 1080 Ti", "GeForce GTX 1080 Ti" },
		{ "4060 ti 16gb", "GeForce RTX 4060 Ti 16GB" },
		{ "4060 Ti", "GeForce RTX 4060 Ti" },
		{ "RTX 6000 Ada", "RTX 6000 Ada Generation" },
		{ "A16", "A2 / A16" },
		{ "RTX 8000", "Quadro RTX 6000 / Quadro RTX 8000" },
		{ "T4", "Tesla T4" },
		{ "V100 32GB", "Tesla V100 32GB" },
	};
	ARENA_AUTO arena = arena_new();
	struct knowledge known = know(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		const struct card *card = card_find(&known, cases[i].query, &err);

		if (!card)
			fail_msg("%s: %s", cases[i].query, err.text);
		assert_string_equal(card->name, cases[i].name);
	}
}

static void no_card_gives_the_nearest_names(void **state)
{
	static const struct {
		const char *query, *near;
	} cases[] = {
		{ "RTX 4085", "GeForce RTX 4080" },
		{ "V100", "Tesla V100 32GB" },
		{ "RTX PRO 6000", "RTX PRO 6000 Blackwell Workstation Edition" },
		{ "10de:22bb", "" },
		{ "RTX", "" },
		{ "", "" },
		{ "a name far longer than any name that any card of any maker ever had "
		  "on it",
			"" },
	};
	ARENA_AUTO arena = arena_new();
	struct knowledge known = know(arena);
	struct knowledge nothing = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };

		assert_null(card_find(&known, cases[i].query, &err));
		assert_int_equal(err.status, STATUS_USAGE);
		assert_non_null(strstr(err.text, cases[i].near));
		assert_null(card_find(&nothing, cases[i].query, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_are_sound_and_their_ids_unique),
		cmocka_unit_test(known_cards_are_told_right),
		cmocka_unit_test(cards_are_found_as_people_write_them),
		cmocka_unit_test(no_card_gives_the_nearest_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
