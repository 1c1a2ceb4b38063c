/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables of real machines: what the index of the captures says comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acpi_fake.h"

static struct acpi machine_acpi(const char *name, struct arena *arena)
{
	const char *path = arena_printf(arena, "tests/machines/%s", name);
	struct acpi acpi;

	acpi_read(fake_capture(arena, path), arena, &acpi);
	return acpi;
}

static void every_real_table_is_sound(void **state)
{
	(void)state;
	for (size_t m = 0; m < COUNT(machines); m++) {
		ARENA_AUTO arena = arena_new();
		struct acpi acpi = machine_acpi(machines[m], arena);

		for (size_t t = 0; t < COUNT(signatures); t++) {
			const struct acpi_table *table = table_of(&acpi, t);

			assert_int_not_equal(table->presence, PRESENCE_UNKNOWN);
			if (table->presence == PRESENCE_ABSENT) {
				assert_int_equal(table->sane, TRI_UNKNOWN);
				continue;
			}
			if (table->problem)
				fail_msg("%s: %s: %s", machines[m], signatures[t],
					table->problem);
			assert_int_equal(table->sane, TRI_YES);
			assert_non_null(table->oem_id);
		}
		assert_true(acpi.pm_profile.known);
		assert_true(acpi.madt.n_cpus > 0);
		assert_true(acpi.madt.n_ioapics > 0);
	}
}

static void dmar_facts_of_the_index_hold(void **state)
{
	static const struct {
		const char *machine;
		uint8_t flags;
		size_t n_drhds, n_rmrrs;
	} expected[] = {
		{ "asus-maximus-z690-hero_dmar", 0x05, 1, 0 },
		{ "asrock-z170-extreme4_x2apic-optout", 0x03, 1, 1 },
		{ "asus-strix-z270e_rmrr-usb", 0x01, 1, 1 },
		{ "hp-dl360-g7_rmrr-slots", 0x02, 1, 3 },
		{ "dell-t3500_no-interrupt-remapping", 0x00, 1, 1 },
		{ "lenovo-e15-gen2_drhd-base0", 0x00, 3, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		ARENA_AUTO arena = arena_new();
		struct acpi acpi = machine_acpi(expected[i].machine, arena);

		assert_int_equal(acpi.dmar_table.presence, PRESENCE_PRESENT);
		assert_int_equal(acpi.ivrs_table.presence, PRESENCE_ABSENT);
		assert_int_equal(acpi.dmar.flags, expected[i].flags);
		assert_int_equal(acpi.dmar.n_drhds, expected[i].n_drhds);
		assert_int_equal(acpi.dmar.n_rmrrs, expected[i].n_rmrrs);
	}
}

static void one_drhd_includes_all_on_the_z690(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi acpi = machine_acpi("asus-maximus-z690-hero_dmar", arena);
	const struct dmar_drhd *drhd = acpi.dmar.drhds;

	(void)state;
	assert_int_equal(acpi.dmar.address_width, 39);
	assert_true(drhd->include_all);
	assert_int_equal(drhd->base, 0xfed91000);
	assert_int_equal(drhd->n_scopes, 2);
	assert_int_equal(drhd->scopes[0].type, SCOPE_IOAPIC);
	assert_int_equal(drhd->scopes[0].enumeration_id, 2);
	assert_int_equal(drhd->scopes[0].path[0], 0x1e);
	assert_int_equal(drhd->scopes[0].path[1], 7);
	assert_int_equal(drhd->scopes[1].type, SCOPE_HPET);
}

static void rmrrs_reach_usb_behind_bridges(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi acpi = machine_acpi("asus-strix-z270e_rmrr-usb", arena);
	const struct dmar_rmrr *rmrr = acpi.dmar.rmrrs;

	(void)state;
	assert_int_equal(rmrr->base, 0x8d4e1000);
	assert_int_equal(rmrr->limit, 0x8d500fff);
	assert_int_equal(rmrr->n_scopes, 3);
	assert_int_equal(rmrr->scopes[0].start_bus, 0);
	assert_int_equal(rmrr->scopes[0].path[0], 0x14);
	assert_int_equal(rmrr->scopes[1].start_bus, 5);
	assert_int_equal(rmrr->scopes[2].start_bus, 6);
}

static void rmrrs_of_the_proliant_name_paths_of_two_steps(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi acpi = machine_acpi("hp-dl360-g7_rmrr-slots", arena);
	const struct dmar_rmrr *last = &acpi.dmar.rmrrs[2];

	(void)state;
	assert_int_equal(last->n_scopes, 7);
	assert_int_equal(last->scopes[0].n_path, 2);
	assert_int_equal(last->scopes[0].path[0], 1);
	assert_int_equal(last->scopes[1].path[0], 0x1c);
	assert_int_equal(last->scopes[1].path[1], 4);
}

static void a_drhd_at_0_is_decoded_for_the_checks(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi acpi = machine_acpi("lenovo-e15-gen2_drhd-base0", arena);

	(void)state;
	assert_int_equal(acpi.dmar_table.sane, TRI_YES);
	assert_int_equal(acpi.dmar.drhds[0].base, 0xfed90000);
	assert_int_equal(acpi.dmar.drhds[2].base, 0);
	assert_true(acpi.dmar.drhds[2].include_all);
}

static void ivrs_names_the_southbridges_ioapic_or_not(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi riptide = machine_acpi("asrock-b650e-riptide_ivrs", arena);
	struct acpi f2a78m = machine_acpi("gigabyte-f2a78m_ivrs-no-ioapic", arena);
	bool found = false;

	(void)state;
	assert_int_equal(riptide.dmar_table.presence, PRESENCE_ABSENT);
	assert_true(riptide.ivrs.n_types >= 2);
	assert_int_equal(riptide.ivrs.types[0], 0x10);
	assert_int_equal(riptide.ivrs.types[1], 0x11);
	assert_int_equal(riptide.ivrs.info, 0x203041);
	/* Each once, although every IVHD block names them again. */
	assert_int_equal(riptide.ivrs.n_ioapics, 2);
	for (size_t i = 0; i < riptide.ivrs.n_ioapics; i++)
		found |= riptide.ivrs.ioapics[i].device_id == 0x14 << 3;
	assert_true(found);
	assert_int_equal(f2a78m.ivrs_table.presence, PRESENCE_PRESENT);
	assert_int_equal(f2a78m.ivrs.n_types, 1);
	assert_int_equal(f2a78m.ivrs.n_ioapics, 0);
}

static void tables_that_firmware_left_out_are_absent(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct acpi z790 = machine_acpi("gigabyte-z790-aorus-pro-x_no-dmar", arena);
	struct acpi b650 = machine_acpi("asrock-b650-pg-lightning_no-ivrs", arena);

	(void)state;
	assert_int_equal(z790.dmar_table.presence, PRESENCE_ABSENT);
	assert_int_equal(b650.ivrs_table.presence, PRESENCE_ABSENT);
	assert_int_equal(z790.tpm2_table.presence, PRESENCE_PRESENT);
	assert_int_equal(b650.madt.n_cpus, 32); /* Ryzen 9 7950X: 16 cores of 2 */
	assert_int_equal(z790.pm_profile.value, 1); /* desktop */
}

static void nothing_recorded_is_unknown(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct acpi acpi;

	(void)state;
	record_cover(record, TABLES "IVRS");
	record_refuse(record, TABLES "DMAR", "EACCES");
	record_seal(record);
	acpi_read(record, arena, &acpi);
	assert_int_equal(acpi.dmar_table.presence, PRESENCE_UNKNOWN);
	assert_int_equal(acpi.dmar_table.sane, TRI_UNKNOWN);
	assert_int_equal(acpi.ivrs_table.presence, PRESENCE_ABSENT);
	assert_false(acpi.pm_profile.known);
	assert_false(acpi.numa_domains.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_table_is_sound),
		cmocka_unit_test(dmar_facts_of_the_index_hold),
		cmocka_unit_test(one_drhd_includes_all_on_the_z690),
		cmocka_unit_test(rmrrs_reach_usb_behind_bridges),
		cmocka_unit_test(rmrrs_of_the_proliant_name_paths_of_two_steps),
		cmocka_unit_test(a_drhd_at_0_is_decoded_for_the_checks),
		cmocka_unit_test(ivrs_names_the_southbridges_ioapic_or_not),
		cmocka_unit_test(tables_that_firmware_left_out_are_absent),
		cmocka_unit_test(nothing_recorded_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
