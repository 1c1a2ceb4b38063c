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

/* ---- captures ---- */

static const char gpu_resources[] =
	"0x0000000082000000 0x0000000082ffffff 0x0000000000040200\n"
	"0x0000006000000000 0x000000600fffffff 0x000000000014220c\n"
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	"0x0000000000000000 0x0000000001ffffff 0x000000002014220c\n"
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
	"0x0000000000004000 0x000000000000407f 0x0000000000040101\n"
	"0x0000000083000000 0x000000008307ffff 0x0000000000046200\n";

static struct record *build_capture(struct arena *arena, size_t config_length)
{
	struct record *record = record_new(arena);
	uint8_t config[4096];

	build_host_bridge(config);
	add_config(record, "0000:00:00.0", config,
		config_length < 256 ? config_length : 256);
	add_attribute(record, "0000:00:00.0", "reset_method", "\n");
	build_rtx4080(config);
	add_config(record, "0000:01:00.0", config, config_length);
	add_attribute(record, "0000:01:00.0", "resource", gpu_resources);
	add_attribute(record, "0000:01:00.0", "boot_vga", "1\n");
	add_attribute(record, "0000:01:00.0", "reset_method", "flr bus\n");
	add_attribute(record, "0000:01:00.0", "numa_node", "-1\n");
	add_attribute(record, "0000:01:00.0", "max_link_width", "16\n");
	add_attribute(record, "0000:01:00.0", "current_link_width", "255\n");
	add_attribute(record, "0000:01:00.0", "power_state", "D0\n");
	add_link(record, "0000:01:00.0", "driver", "../../../bus/pci/drivers/vfio-pci");
	add_link(
		record, "0000:01:00.0", "iommu_group", "../../../kernel/iommu_groups/15");
	return record;
}

static void check_linux(const struct pci_function *gpu, const struct pci_function *host)
{
	assert_string_equal(gpu->driver, "vfio-pci");
	assert_int_equal(gpu->group.value, 15);
	assert_int_equal(gpu->boot_vga, TRI_YES);
	assert_string_equal(gpu->reset_methods, "flr bus");
	assert_false(gpu->numa_node.known);
	assert_int_equal(gpu->link_width_max.value, 16);
	assert_false(gpu->link_width.known);
	assert_int_equal(gpu->rom_size.value, 512 << 10);
	assert_int_equal(gpu->bar[1].size.value, 256 * MIB);
	assert_int_equal(gpu->bar[3].present, TRI_YES);
	assert_int_equal(gpu->bar[3].assigned, TRI_NO);
	assert_int_equal(gpu->bar[3].size.value, 32 * MIB);
	assert_int_equal(gpu->bar[4].present, TRI_NO);
	assert_int_equal(host->driver_known, TRI_NO);
	assert_int_equal(host->in_group, TRI_NO);
	assert_int_equal(host->reset_known, TRI_NO);
	assert_int_equal(host->boot_vga, TRI_NO);
	assert_null(gpu->name);
}

static void test_capture(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = build_capture(arena, 4096);
	struct pci pci;
	sigset_t held;

	(void)state;
	record_cover(record, "sys/bus/pci/devices");
	record_seal(record);
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.known, TRI_YES);
	assert_null(pci.problem);
	assert_int_equal(pci.n_functions, 2);
	assert_int_equal(pci.functions[1].rebar_present, TRI_YES);
	check_linux(&pci.functions[1], &pci.functions[0]);
	sigprocmask(SIG_BLOCK, NULL, &held); /* ^C works again */
	assert_false(sigismember(&held, SIGINT));
}

static void test_capture_cut_short(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = build_capture(arena, 64);
	struct pci pci;

	(void)state;
	record_seal(record); /* covers nothing */
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.known, TRI_UNKNOWN);
	assert_int_equal(pci.n_functions, 2);
	assert_int_equal(pci.functions[1].config.length, 64);
	assert_int_equal(pci.functions[1].express.present, TRI_UNKNOWN);
	assert_int_equal(pci.functions[1].rebar_present, TRI_UNKNOWN);
	assert_int_equal(pci.functions[0].driver_known, TRI_UNKNOWN);
	assert_int_equal(pci.functions[0].in_group, TRI_UNKNOWN);
}

static void test_no_pci(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci;

	(void)state;
	record_seal(record);
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.known, TRI_UNKNOWN);
	record = record_new(arena);
	record_cover(record, "sys/bus/pci/devices");
	record_seal(record);
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.known, TRI_YES);
	assert_int_equal(pci.n_functions, 0);
}

/* Names that Linux does not write, functions without an identity, attributes of noise. */
static void test_hostile_capture(void **state)
{
	static const char *const names[] = { "..", "0000:00:00.8", "0000:00:20.0",
		"ffffffff:00:00.0", "00000000:00:00.0", "0000:0:0.0", "0000:00:02.0x",
		"0000:00:1F.0", "%n%n", "-1:00:00.0" };
	ARENA_AUTO arena = arena_new();
	struct record *record = build_capture(arena, 100);
	struct pci pci;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_attribute(record, names[i], "config", "");
	add_attribute(record, "0000:02:00.0", "vendor", "0x8086\n");
	add_attribute(record, "0000:03:00.0", "vendor", "0x8086\n");
	add_attribute(record, "0000:03:00.0", "device", "0x1533\n");
	add_attribute(record, "0000:03:00.0", "class", "0x020000\n");
	add_attribute(record, "0000:03:00.0", "resource", "0x0 0x0\n");
	add_link(record, "0000:03:00.0", "iommu_group", "nonsense");
	add_link(record, "0000:04:00.0", "config", "/etc/passwd");
	record_cover(record, "sys/bus/pci/devices");
	record_seal(record);
	pci_read(record, true, arena, &pci);
	assert_int_equal(pci.known, TRI_UNKNOWN);
	assert_non_null(pci.problem);
	assert_int_equal(pci.n_functions, 3);
	assert_string_equal(pci.functions[2].slot, "0000:03:00.0");
	assert_int_equal(pci.functions[2].class_code, 0x0200);
	assert_int_equal(pci.functions[2].responds, TRI_UNKNOWN);
	assert_int_equal(pci.functions[2].bar[0].present, TRI_UNKNOWN);
	assert_int_equal(pci.functions[2].in_group, TRI_UNKNOWN);
}

/* ---- a running machine ---- */

static void write_below(const char *root, const char *path, const void *data, size_t size)
{
	char name[512];
	FILE *file;

	snprintf(name, sizeof(name), "%s/%s", root, path);
	for (char *slash = name + strlen(root) + 1; (slash = strchr(slash, '/'));
		slash++) {
		*slash = '\0';
		mkdir(name, 0700);
		*slash = '/';
	}
	file = fopen(name, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}

static void test_live_as_replayed(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = build_capture(arena, 4096);
	char root[256];
	struct pci live, replayed;

	(void)state;
	close(tempdir_create(root, sizeof(root)));
	for (size_t i = 0; i < record->n_members; i++)
		if (record->members[i].kind == MEMBER_FILE)
			write_below(root, record->members[i].path,
				record->members[i].data.data,
				record->members[i].data.length);
	record_cover(record, "sys/bus/pci/devices");
	record_seal(record);
	pci_read(record, false, arena, &replayed);
	record->live_root = root;
	pci_read(record, false, arena, &live);
	tempdir_remove(root);
	assert_int_equal(live.known, TRI_YES);
	assert_int_equal(live.n_functions, replayed.n_functions);
	check_linux(&live.functions[1], &live.functions[0]);
	assert_int_equal(live.functions[1].rebar_present, TRI_YES);
	assert_memory_equal(
		live.functions[1].config.data, replayed.functions[1].config.data, 4096);
}

/* libpci would end the process here. */
static void test_libpci_error(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci;

	(void)state;
	record_seal(record);
	record->live_root = "/nonexistent";
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.known, TRI_UNKNOWN);
	assert_non_null(strstr(pci.problem, "/nonexistent/sys/bus/pci/devices"));
}

/* ---- no traces ---- */

static int use_own_tmpdir(void **state)
{
	static char path[256];

	*state = path;
	close(tempdir_create(path, sizeof(path)));
	return setenv("TMPDIR", path, 1);
}

static int check_nothing_left(void **state)
{
	DIR *folder = opendir(*state);
	int left = -2; /* "." and ".." */

	while (folder && readdir(folder))
		left++;
	if (folder)
		closedir(folder);
	unsetenv("TMPDIR");
	tempdir_remove(*state);
	return left;
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
		cmocka_unit_test_setup_teardown(
			test_capture, use_own_tmpdir, check_nothing_left),
		cmocka_unit_test_setup_teardown(
			test_capture_cut_short, use_own_tmpdir, check_nothing_left),
		cmocka_unit_test(test_no_pci),
		cmocka_unit_test_setup_teardown(
			test_hostile_capture, use_own_tmpdir, check_nothing_left),
		cmocka_unit_test_setup_teardown(
			test_live_as_replayed, use_own_tmpdir, check_nothing_left),
		cmocka_unit_test_setup_teardown(
			test_libpci_error, use_own_tmpdir, check_nothing_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
