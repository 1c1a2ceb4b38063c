/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lspci's words without hex: what they tell, and what they leave open. */
#include "pci_build.h"

#define SAMPLE "tests/machines/lspci/desktop-rtx4080.txt"

static struct pci parse(struct arena *arena, const char *text)
{
	struct pci pci;

	pci_parse_lspci_text(
		(struct bytes){ (const uint8_t *)text, strlen(text) }, arena, &pci);
	return pci;
}

static void test_gpu(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci;
	const struct pci_function *f;

	(void)state;
	assert_int_equal(
		pci_parse_lspci_text(read_sample(arena, SAMPLE), arena, &pci), 4);
	assert_int_equal(pci.known, TRI_YES);
	f = pci_find(&pci, "0000:01:00.0");
	assert_non_null(f);
	assert_int_equal(f->class_code, PCI_CLASS_VGA);
	assert_int_equal(f->vendor_id, 0x10de);
	assert_int_equal(f->device_id, 0x2704);
	assert_int_equal(f->subsystem_vendor.value, 0x7377);
	assert_int_equal(f->revision.value, 0xa1);
	assert_string_equal(f->name, "NVIDIA Corporation AD103 [GeForce RTX 4080]");
	assert_int_equal(f->bar[0].size.value, 16 << 20);
	assert_false(f->bar[0].prefetchable || f->bar[0].wide);
	assert_int_equal(f->bar[1].start, 0x6000000000);
	assert_int_equal(f->bar[1].size.value, UINT64_C(16) << 30);
	assert_true(f->bar[1].prefetchable && f->bar[1].wide);
	assert_int_equal(f->bar[2].present, TRI_NO);
	assert_true(f->bar[5].io);
	assert_int_equal(f->rom_size.value, 512 << 10);
	assert_int_equal(f->express.flr, TRI_YES);
	assert_int_equal(f->express.port_type, 1);
	assert_int_equal(f->express.max_width.value, 16);
	assert_int_equal(f->express.max_speed.value, 4);
	assert_int_equal(f->express.width.value, 8);
	assert_int_equal(f->express.speed.value, 1);
	assert_int_equal(f->pm_reset, TRI_NO);
	assert_int_equal(f->n_rebars, 3);
	assert_int_equal(f->rebar[1].bar, 1);
	assert_int_equal(f->rebar[1].current.value, 14);
	assert_int_equal(f->rebar[1].sizes, 0x7fc0);
	assert_int_equal(f->acs.present, TRI_NO);
	assert_int_equal(f->sriov.present, TRI_NO);
	assert_int_equal(f->group.value, 15);
	assert_int_equal(f->numa_node.value, 0);
	assert_string_equal(f->driver, "vfio-pci");
}

static void test_bridge(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci;
	const struct pci_function *port, *gpu;

	(void)state;
	pci_parse_lspci_text(read_sample(arena, SAMPLE), arena, &pci);
	gpu = pci_find(&pci, "01:00.0");
	port = pci_parent(&pci, gpu);
	assert_ptr_equal(port, pci_find(&pci, "00:01.0"));
	assert_int_equal(port->express.port_type, 4);
	assert_int_equal(port->express.ari, TRI_YES); /* ARIFwd- is DevCtl2's */
	assert_int_equal(port->express.slot.value, 1);
	assert_int_equal(port->express.max_speed.value, 5);
	assert_int_equal(port->acs.capability, 0x1f);
	assert_int_equal(port->acs.control, 0x1d);
	assert_int_equal(port->vga_routed, TRI_YES);
	assert_int_equal(port->prefetchable.start, 0x6000000000);
	assert_int_equal(port->prefetchable.end, 0x6401ffffff);
	assert_int_equal(port->memory.open, TRI_YES);
	assert_int_equal(port->pm_reset, TRI_YES);
}

/* What was not shown stays unknown. */
static void test_access_denied(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci pci;
	const struct pci_function *f;

	(void)state;
	pci_parse_lspci_text(read_sample(arena, SAMPLE), arena, &pci);
	f = pci_find(&pci, "01:00.1");
	assert_int_equal(f->express.present, TRI_UNKNOWN);
	assert_int_equal(f->pm_reset, TRI_UNKNOWN);
	assert_int_equal(f->acs.present, TRI_UNKNOWN);
	assert_int_equal(f->driver_known, TRI_NO); /* others show theirs */
	f = pci_find(&pci, "00:00.0");
	assert_int_equal(f->express.present, TRI_NO);
	assert_int_equal(f->acs.present, TRI_NO); /* conventional */
}

static void test_headings_only(void **state)
{
	static const char text[] =
		"01:00.0 VGA compatible controller: NVIDIA Corporation AD103 (rev a1)\n"
		"\tKernel modules: nouveau\n"
		"00:00.0 Host bridge: Intel Corporation Device a740 (rev 01)\n"
		"00:1f.3 0403: 8086:7a50 (rev 11)\n";
	ARENA_AUTO arena = arena_new();
	struct pci pci = parse(arena, text);
	const struct pci_function *f = pci_find(&pci, "01:00.0");

	(void)state;
	assert_int_equal(pci.n_functions, 3);
	assert_int_equal(pci.known, TRI_YES);
	assert_int_equal(f->vendor_id, 0x10de);
	assert_int_equal(f->device_id, 0);
	assert_int_equal(f->class_code, PCI_CLASS_VGA);
	assert_int_equal(f->driver_known, TRI_UNKNOWN); /* no function shows one */
	assert_int_equal(f->bar[0].present, TRI_UNKNOWN);
	assert_int_equal(f->rebar_present, TRI_UNKNOWN);
	f = pci_find(&pci, "00:1f.3");
	assert_int_equal(f->class_code, PCI_CLASS_AUDIO_HD);
	assert_int_equal(f->device_id, 0x7a50);
}

static void test_unassigned_bars(void **state)
{
	static const char text[] =
		"01:00.0 3D controller [0302]: NVIDIA Corporation GV100 [10de:1db4]\n"
		"\tControl: I/O- Mem- BusMaster-\n"
		"\tRegion 0: Memory at <unassigned> (32-bit, non-prefetchable)\n"
		"\tRegion 1: Memory at <ignored> (64-bit, prefetchable)\n"
		"\tRegion 3: [virtual] Memory at 92000000 (64-bit, prefetchable) "
		"[disabled] [size=32M]\n";
	ARENA_AUTO arena = arena_new();
	struct pci pci = parse(arena, text);
	const struct pci_function *f = &pci.functions[0];

	(void)state;
	assert_int_equal(pci.n_functions, 1);
	assert_int_equal(pci.known, TRI_UNKNOWN); /* no host bridge */
	assert_int_equal(f->bar[0].present, TRI_YES);
	assert_int_equal(f->bar[0].assigned, TRI_NO);
	assert_int_equal(f->bar[1].assigned, TRI_NO);
	assert_int_equal(f->bar[3].assigned, TRI_YES);
	assert_int_equal(f->bar[3].start, 0x92000000);
	assert_int_equal(f->bar[5].present, TRI_UNKNOWN); /* the text may be cut off */
}

/* One -v names capabilities without decoding them: there, but nothing known of them. */
static void test_undecoded_capabilities(void **state)
{
	static const char text[] =
		"00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:a70d]\n"
		"\tCapabilities: [40] Express Root Port (Slot+), MSI 00\n"
		"\tCapabilities: [a0] Power Management version 3\n"
		"\tCapabilities: [220] Access Control Services\n\n";
	ARENA_AUTO arena = arena_new();
	struct pci pci = parse(arena, text);
	const struct pci_function *f = &pci.functions[0];

	(void)state;
	assert_int_equal(f->express.present, TRI_YES);
	assert_int_equal(f->express.port_type, 4);
	assert_false(f->express.max_width.known);
	assert_int_equal(f->acs.present, TRI_UNKNOWN);
	assert_int_equal(f->pm_reset, TRI_UNKNOWN);
	assert_int_equal(f->sriov.present, TRI_NO);
}

static void test_input(void **state)
{
	static const char nothing[] = "no PCI here\n";
	ARENA_AUTO arena = arena_new();
	struct record *record = NULL;
	struct err err = { 0 };
	struct pci pci;

	(void)state;
	assert_int_equal(foreign_lspci_text((struct bytes){ (const uint8_t *)nothing,
						    sizeof(nothing) - 1 },
				 arena, &record, &err),
		-1);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	assert_int_equal(
		foreign_lspci_text(read_sample(arena, SAMPLE), arena, &record, &err), 0);
	assert_string_equal(record->made_by, "lspci");
	pci_read(record, false, arena, &pci);
	assert_int_equal(pci.n_functions, 4);
	assert_int_equal(pci.known, TRI_YES);
	assert_null(pci_find(&pci, "01:00.0")->name); /* the table of GPUs names it */
}

static void parse_exactly(struct bytes text)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *exact = test_malloc(text.length + 1);
	struct pci pci;

	memcpy(exact, text.data, text.length);
	pci_parse_lspci_text((struct bytes){ exact, text.length }, arena, &pci);
	test_free(exact);
}

/* Cut off anywhere, a byte changed anywhere: never an error, nothing read outside. */
static void test_broken(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct bytes text = read_sample(arena, SAMPLE);
	uint8_t *copy = arena_memdup(arena, text.data, text.length);

	(void)state;
	for (size_t at = 0; at < text.length; at += 7) {
		static const uint8_t noise[] = { '\n', 0, 0xff, '[', '9', ':', ' ' };

		parse_exactly(bytes_first(text, at));
		copy[at] = noise[at / 7 % sizeof(noise)];
		parse_exactly((struct bytes){ copy, text.length });
		copy[at] = text.data[at];
	}
	copy = arena_alloc(arena, 1 << 16);
	memset(copy, 'a', 1 << 16); /* one endless line */
	memcpy(copy, "00:00.0 Host bridge: ", 21);
	parse_exactly((struct bytes){ copy, 1 << 16 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gpu),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_access_denied),
		cmocka_unit_test(test_headings_only),
		cmocka_unit_test(test_unassigned_bars),
		cmocka_unit_test(test_undecoded_capabilities),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
