/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data files: whole, true to their sources, found by what machines call themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/knowledge.h"

static struct knowledge know(struct arena *arena, const char *vendor, const char *board,
	enum cpu_vendor cpu, bool cards)
{
	struct machine machine = { 0 };
	struct knowledge knowledge = { 0 };
	struct err err = { 0 };

	machine.system.dmi.board_vendor = vendor;
	machine.system.dmi.board_name = board;
	machine.cpu.vendor = cpu;
	if (knowledge_read("profiles", &machine, cards, arena, &knowledge, &err) < 0)
		fail_msg("%s", err.text);
	return knowledge;
}

static void assert_path(const struct menu *menu, const char *expected)
{
	char path[256] = "";

	assert_non_null(menu);
	for (size_t i = 0; i < menu->n_path; i++) {
		strncat(path, i ? " > " : "", sizeof(path) - strlen(path) - 1);
		strncat(path, menu->path[i], sizeof(path) - strlen(path) - 1);
	}
	assert_string_equal(path, expected);
}

static const struct {
	const char *vendor, *strings[8];
} vendors[] = {
	{ "ASUS",
		{ "ASUSTeK COMPUTER INC.", "ASUSTeK Computer INC.",
			"ASUSTek Computer INC.", "ASUSTeK Computer Inc." } },
	{ "Gigabyte",
		{ "Gigabyte Technology Co., Ltd.", "GIGABYTE",
			"Gigabyte Tecohnology Co., Ltd." } },
	{ "MSI",
		{ "Micro-Star International Co., Ltd.", "MSI",
			"Micro-Star International Co., Ltd",
			"MICRO-STAR INTERNATIONAL CO.,LTD",
			"MICRO-STAR INTERANTIONAL CO.,LTD" } },
	{ "ASRock", { "ASRock", "ASRockRack", "ASRock Industrial" } },
	{ "Supermicro", { "Supermicro" } },
	{ "Dell", { "Dell Inc.", "Alienware" } },
	{ "HP", { "Hewlett-Packard", "HP", "HPE" } },
	{ "Lenovo", { "LENOVO" } },
};
#define N_VENDORS (sizeof(vendors) / sizeof(vendors[0]))

static void every_dmi_string_finds_its_maker(void **state)
{
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < N_VENDORS; i++)
		for (size_t k = 0; vendors[i].strings[k]; k++) {
			struct knowledge known = know(arena, vendors[i].strings[k], "X",
				CPU_VENDOR_INTEL, false);

			assert_non_null(known.board.vendor);
			assert_string_equal(known.board.vendor, vendors[i].vendor);
			assert_non_null(known.board.setup_key);
			assert_int_equal(known.n_cards, 0);
		}
}

static void system_vendor_serves_where_the_board_has_none(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct machine machine = { 0 };
	struct knowledge known = { 0 };

	(void)state;
	machine.system.dmi.sys_vendor = "HP";
	machine.system.dmi.product_name = "ProLiant DL360 G7";
	machine.cpu.vendor = CPU_VENDOR_INTEL;
	assert_int_equal(
		knowledge_read("profiles", &machine, false, arena, &known, NULL), 0);
	assert_string_equal(known.board.vendor, "HP");
	assert_path(board_menu(&known.board, "iommu"),
		"BIOS/Platform Configuration (RBSU) > Virtualization Options");
	machine.system.dmi.product_name = "HP Z4 G4 Workstation";
	assert_int_equal(
		knowledge_read("profiles", &machine, false, arena, &known, NULL), 0);
	assert_path(board_menu(&known.board, "iommu"), "Advanced > System Options");
}

static void unknown_makers_get_the_usual_names_without_a_path(void **state)
{
	static const char *const strangers[] = { "Default string",
		"To be filled by O.E.M.", "HUANANZHI", NULL };
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct knowledge known = know(
			arena, strangers[i], NULL, CPU_VENDOR_AMD, false);

		assert_null(known.board.vendor);
		assert_string_equal(board_menu(&known.board, "iommu")->option, "IOMMU");
		for (size_t k = 0; k < known.board.n_menus; k++) {
			assert_int_equal(known.board.menus[k].n_path, 0);
			assert_int_equal(known.board.menus[k].confidence, CONFIDENCE_LOW);
		}
	}
}

static void check_menus(const struct board *board)
{
	static const char *const required[] = { "cpu-virt", "iommu", "above-4g", "rebar",
		"csm", "sriov", "primary-display" };

	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if (!board_menu(board, required[i]))
			fail_msg("%s has no %s", board->vendor, required[i]);
	for (size_t i = 0; i < board->n_menus; i++) {
		const struct menu *menu = &board->menus[i];
		bool csm = strcmp(menu->key, "csm") == 0;

		assert_non_null(menu->option);
		assert_non_null(menu->value);
		/* Pages on the web say to turn it on for passthrough: never here. */
		if (csm || strcasestr(menu->option, "csm") ||
			strcasestr(menu->option, "legacy"))
			assert_null(strcasestr(menu->value, "enable"));
		for (size_t k = i + 1; k < board->n_menus; k++)
			assert_string_not_equal(menu->key, board->menus[k].key);
	}
}

static void every_maker_has_its_menus_for_both_cpus(void **state)
{
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < N_VENDORS; i++)
		for (size_t cpu = CPU_VENDOR_INTEL; cpu <= CPU_VENDOR_AMD; cpu++) {
			struct knowledge known = know(
				arena, vendors[i].strings[0], "X", cpu, false);

			check_menus(&known.board);
			if (i < 4) /* those who sell boards for home-built PCs */
				assert_non_null(
					board_menu(&known.board, "igpu-multi-monitor"));
		}
}

static void asus_z790_says_where_above_4g_is(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct board board = know(arena, "ASUSTeK COMPUTER INC.",
		"ROG STRIX Z790-A GAMING WIFI", CPU_VENDOR_INTEL, false)
				     .board;

	(void)state;
	assert_path(board_menu(&board, "above-4g"), "Advanced > PCI Subsystem Settings");
	assert_path(board_menu(&board, "rebar"), "Advanced > PCI Subsystem Settings");
	assert_path(board_menu(&board, "iommu"),
		"Advanced > System Agent (SA) Configuration");
	assert_string_equal(board_menu(&board, "iommu")->option, "VT-d");
	assert_int_equal(board_menu(&board, "iommu")->confidence, CONFIDENCE_HIGH);
	for (size_t i = 0; i < board.n_menus; i++)
		for (size_t k = 0; k < board.menus[i].n_path; k++)
			assert_string_not_equal(
				board.menus[i].path[k], "PCIe Configuration");

	board = know(arena, "ASUSTeK COMPUTER INC.", "STRIX Z270E GAMING",
		CPU_VENDOR_INTEL, false)
			.board;
	assert_path(board_menu(&board, "above-4g"),
		"Advanced > System Agent (SA) Configuration");
}

static void other_paths_are_as_collected(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct board board;

	(void)state;
	board = know(arena, "ASRock", "B650 PG Lightning", CPU_VENDOR_AMD, false).board;
	assert_path(
		board_menu(&board, "iommu"), "Advanced > AMD CBS > NBIO Common Options");
	assert_string_equal(board_menu(&board, "iommu")->option, "IOMMU");
	board = know(arena, "Gigabyte Technology Co., Ltd.", "Z790 AORUS PRO X",
		CPU_VENDOR_INTEL, false)
			.board;
	assert_path(board_menu(&board, "above-4g"), "Settings > IO Ports");
	board = know(arena, "Micro-Star International Co., Ltd.", "X (MS-7D25)",
		CPU_VENDOR_INTEL, false)
			.board;
	assert_path(board_menu(&board, "iommu"), "OC > CPU Features");
	board = know(arena, "Dell Inc.", "0XPDFK", CPU_VENDOR_INTEL, false).board;
	assert_string_equal(board_menu(&board, "iommu")->attribute, "VtForDirectIo");
	board = know(arena, "LENOVO", "X", CPU_VENDOR_AMD, false).board;
	assert_string_equal(board_menu(&board, "cpu-virt")->attribute, "AmdVt");
	board = know(arena, "Supermicro", "X11DDW-L", CPU_VENDOR_INTEL, false).board;
	assert_non_null(board_menu(&board, "interrupt-remapping"));
}

static void an_unknown_cpu_gets_only_what_both_share(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct board board = know(arena, "ASRock", "X", CPU_VENDOR_UNKNOWN, false).board;

	(void)state;
	assert_null(board_menu(&board, "iommu"));
	assert_null(board_menu(&board, "cpu-virt"));
	assert_non_null(board_menu(&board, "above-4g"));
	assert_non_null(board_menu(&board, "csm"));
}

/* What a data file of `text` in boards/ (as asus.toml) or gpus/ is told to be. */
static void assert_bad_file(const char *kind, const char *text, const char *expected)
{
	static const char *const kinds[] = { "boards", "gpus" };
	char folder[256], path[512], place[600];
	ARENA_AUTO arena = arena_new();
	struct machine machine = { 0 };
	struct knowledge known = { 0 };
	struct err err = { 0 };
	int fd = tempdir_create(folder, sizeof(folder));

	assert_true(fd >= 0);
	machine.system.dmi.board_vendor = "ASUS";
	for (size_t i = 0; i < 2; i++) {
		const char *good = i ? "family = \"F\"\nsource = \"s\"\ncard = []\n"
				     : "vendor = \"v\"\nmenu = []\nmatch = [\"ASUS\"]\n";
		const char *whole = strcmp(kind, kinds[i]) == 0 ? text : good;

		assert_int_equal(mkdirat(fd, kinds[i], 0700), 0);
		snprintf(path, sizeof(path), "%s/%s/generic.toml", folder, kinds[i]);
		assert_int_equal(file_write(path, whole, strlen(whole), NULL), 0);
	}
	assert_int_equal(knowledge_read(folder, &machine, true, arena, &known, &err), -1);
	assert_int_equal(err.status, STATUS_UNAVAILABLE);
	snprintf(place, sizeof(place), "%s/%s/generic.toml:%s", folder, kind, expected);
	if (strncmp(err.text, place, strlen(place)) != 0)
		fail_msg("expected %s, got %s", place, err.text);
	close(fd);
	tempdir_remove(folder);
}

#define BOARD "vendor = \"v\"\nmatch = [\"ASUS\"]\n[[menu]]\n"
#define MENU BOARD "key = \"csm\"\noption = \"o\"\nvalue = \"v\"\nsource = \"s\"\n"
#define FAMILY "family = \"F\"\nsource = \"s\"\n"
#define CARD FAMILY "[[card]]\nname = \"n\"\nids = [\"2704\"]\n"

static void broken_data_is_told_with_place_and_key(void **state)
{
	(void)state;
	assert_bad_file("boards", BOARD "colour = 1\n", "4:1: colour: ");
	assert_bad_file("boards", BOARD "key = \"fan\"\n", "4:7: key: ");
	assert_bad_file("boards", MENU, "3:1: confidence: ");
	assert_bad_file("boards", MENU "confidence = \"sure\"\n", "8:14: confidence: ");
	assert_bad_file(
		"boards", MENU "confidence = \"low\"\npath = [1]\n", "9:8: path: ");
	assert_bad_file("boards", "vendor = \"ASUS\"\nmatch = [\"ASUS\"\n", "2:17: ");
	assert_bad_file(
		"boards", "vendor = \"ASUS\"\nmatch = \"ASUS\"\n", "2:9: match: ");
	assert_bad_file("boards", "vendor = \"v\"\nmatch = [\"ASUS\"]\n", "1:1: menu: ");
	assert_bad_file("gpus", CARD "rebar = 1\n", "6:9: rebar: ");
	assert_bad_file("gpus", CARD "rebar = true\n", "3:1: bar1-max-mib: ");
	assert_bad_file("gpus", CARD "bar0-mib = 3\n", "6:12: bar0-mib: ");
	assert_bad_file("gpus", CARD "lanes = 17\n", "6:9: lanes: ");
	assert_bad_file("gpus", CARD "lanes = -1\n", "6:9: lanes: ");
	assert_bad_file("gpus", CARD "speed = 1\n", "6:1: speed: ");
	assert_bad_file(
		"gpus", FAMILY "[[card]]\nname = \"n\"\nids = [\"27\"]\n", "5:7: ids: ");
	assert_bad_file("gpus", FAMILY "card = [1]\n", "3:9: ");
}

static void missing_data_is_an_error(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct machine machine = { 0 };
	struct knowledge known = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		knowledge_read("tests", &machine, false, arena, &known, &err), -1);
	assert_int_equal(err.status, STATUS_UNAVAILABLE);
	assert_non_null(strstr(err.text, "tests/boards"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_dmi_string_finds_its_maker),
		cmocka_unit_test(system_vendor_serves_where_the_board_has_none),
		cmocka_unit_test(unknown_makers_get_the_usual_names_without_a_path),
		cmocka_unit_test(every_maker_has_its_menus_for_both_cpus),
		cmocka_unit_test(asus_z790_says_where_above_4g_is),
		cmocka_unit_test(other_paths_are_as_collected),
		cmocka_unit_test(an_unknown_cpu_gets_only_what_both_share),
		cmocka_unit_test(broken_data_is_told_with_place_and_key),
		cmocka_unit_test(missing_data_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
