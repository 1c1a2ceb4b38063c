/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of whole machines: dumps, captures and running ones. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pci_build.h"

#define DUMPS "tests/machines/pciutils/"

static const uint64_t MIB = 1 << 20;

static void test_resizable_bar(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci = read_dump(arena, read_sample(arena, DUMPS "cap-rebar"));
	const struct pci_function *f = pci_find(&pci, "0000:09:00.0");

	(void)state;
	assert_int_equal(pci.known, TRI_UNKNOWN); /* one device is no machine */
	assert_int_equal(pci.n_functions, 1);
	assert_non_null(f);
	assert_int_equal(f->vendor_id, PCI_VENDOR_ATI);
	assert_int_equal(f->config.length, 4096);
	assert_int_equal(f->bar[0].size.value, 256 * MIB);
	assert_int_equal(f->rebar_present, TRI_YES);
	assert_int_equal(f->rebar[0].current.value, 8);
	assert_true(f->rebar[0].sizes >> 12 & 1); /* 4 GiB */
	assert_false(f->rebar[0].sizes >> 13);
	assert_int_equal(f->express.flr, TRI_NO);
	assert_int_equal(f->driver_known, TRI_UNKNOWN);
	assert_int_equal(f->in_group, TRI_UNKNOWN);
}

static void test_two_root_buses(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci = read_dump(arena, read_sample(arena, DUMPS "tree-asus-p6t6"));
	static const char *const way[] = { "03:00.0", "02:00.0", "00:03.0" };
	const struct pci_function *at = pci_find(&pci, "04:00.0");

	(void)state;
	assert_int_equal(pci.known, TRI_YES);
	assert_int_equal(pci.n_functions, 53);
	assert_null(pci.problem);
	for (size_t i = 0; i < 3; i++) {
		at = pci_parent(&pci, at);
		assert_ptr_equal(at, pci_find(&pci, way[i]));
	}
	assert_null(pci_parent(&pci, at));
	assert_true(pci_is_display(pci_find(&pci, "06:00.0")));
	assert_string_equal(
		pci_parent(&pci, pci_find(&pci, "06:00.0"))->slot, "0000:00:07.0");
	assert_null(pci_parent(&pci, pci_find(&pci, "0000:ff:00.0")));
	for (size_t i = 1; i < pci.n_functions; i++)
		assert_true(strcmp(pci.functions[i - 1].slot, pci.functions[i].slot) < 0);
}

static void test_odd_dumps(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci = read_dump(arena, read_sample(arena, DUMPS "broken-ecaps"));

	(void)state;
	assert_int_equal(pci.n_functions, 1);
	assert_int_equal(pci.functions[0].rebar_present == TRI_YES, false);
	pci = read_dump(arena, read_sample(arena, DUMPS "cap-ea-1"));
	assert_int_equal(pci.n_functions, 1);
}

static enum status dump_status(struct arena *arena, const char *text, size_t length)
{
	struct record *record = NULL;
	struct err err = { 0 };

	if (foreign_lspci_dump((struct bytes){ (const uint8_t *)text, length }, arena,
		    &record, &err) == 0)
		return STATUS_OK;
	assert_true(err.text[0]);
	return err.status;
}

#define ROW0 "00: 86 80 40 a7 00 00 00 00 01 00 00 06 00 00 00 00\n"

static void test_bad_dumps(void **state)
{
	static const struct {
		const char *text;
		enum status status;
	} cases[] = {
		{ "00:00.0 Host bridge\n" ROW0, STATUS_OK },
		{ "10000:e0:1d.0 PCI bridge\r\n" ROW0 "\r\n", STATUS_OK },
		{ "$ lspci -x\n00:00.0 Host bridge\n\tControl: I/O-\n" ROW0, STATUS_OK },
		{ "00:00.0 Host bridge\n00: 86 80", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n00: 86 8", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n0: 86 80\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n00: 86 zz\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n00:86 80\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n10: 86 80\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n1000: 86 80\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n" ROW0 "nonsense\n", STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n" ROW0 "\n00:00.0 x\n" ROW0, STATUS_BAD_INPUT },
		{ "0:00.0 Host bridge\n" ROW0, STATUS_BAD_INPUT },
		{ "00:00.0 Host bridge\n", STATUS_BAD_INPUT },
		{ "", STATUS_BAD_INPUT },
	};
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (dump_status(arena, cases[i].text, strlen(cases[i].text)) !=
			cases[i].status)
			fail_msg("case %zu: %s", i, cases[i].text);
	assert_int_equal(
		dump_status(arena, "00:00.0 Host\0bridge\n" ROW0, 20 + sizeof(ROW0) - 1),
		STATUS_BAD_INPUT);
}

static void read_broken(const struct bytes *text, size_t cut, size_t at)
{
	ARENA_AUTO arena = arena_new();
	char *broken = arena_memdup(arena, text->data, text->length);
	struct record *record = NULL;
	struct err err = { 0 };
	struct pci pci;

	memmove(broken + at, broken + at + cut, text->length - at - cut);
	if (foreign_lspci_dump(
		    (struct bytes){ (const uint8_t *)broken, text->length - cut }, arena,
		    &record, &err) < 0)
		assert_int_equal(err.status, STATUS_BAD_INPUT);
	else
		pci_read(record, false, arena, &pci);
}

/* Every line loses a character, its newline, or all that follows. */
static void test_every_line_broken(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct bytes text = read_sample(arena, DUMPS "cap-rebar");
	size_t line = 0;

	(void)state;
	for (size_t at = 0; at < text.length; at++) {
		if (text.data[at] != '\n')
			continue;
		read_broken(&text, 1, at);
		read_broken(&text, 1, at - line % 50 - 1);
		read_broken(&text, text.length - at + line % 50, at - line % 50);
		line++;
	}
	assert_true(line > 200);
}

/* lspci -vv -x: hex decides, the text fills in what hex can't tell. */
static void test_hex_and_text(void **state)
{
	static const char text[] =
		"00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a740]\n"
		"\tControl: I/O-\n\tIOMMU group: 0\n" ROW0 "\n"
		"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD103 "
		"[10de:2704] (rev ff)\n"
		"\t!!! Unknown header type 7f\n\tIOMMU group: 7\n"
		"\tKernel driver in use: vfio-pci\n"
		"00: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
		"10: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
		"20: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n"
		"30: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n\n";
	ARENA_AUTO arena = arena_new();
	struct pci pci = read_dump(
		arena, (struct bytes){ (const uint8_t *)text, sizeof(text) - 1 });
	const struct pci_function *gpu = pci_find(&pci, "0000:01:00.0");

	(void)state;
	assert_non_null(gpu);
	assert_int_equal(gpu->responds, TRI_NO);
	assert_int_equal(gpu->device_id, 0x2704);
	assert_int_equal(gpu->group.value, 7);
	assert_string_equal(gpu->driver, "vfio-pci");
	assert_int_equal(gpu->express.present, TRI_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resizable_bar),
		cmocka_unit_test(test_two_root_buses),
		cmocka_unit_test(test_odd_dumps),
		cmocka_unit_test(test_bad_dumps),
		cmocka_unit_test(test_every_line_broken),
		cmocka_unit_test(test_hex_and_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
