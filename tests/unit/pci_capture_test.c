/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI from captures and from a running machine: what Linux says, hostile input, libpci's
 * errors. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pci_build.h"

#define DUMPS "tests/machines/pciutils/"

static const uint64_t MIB = 1 << 20;

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
