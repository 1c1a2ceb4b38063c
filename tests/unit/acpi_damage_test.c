/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables that lie: real ones cut and damaged at every byte, and made-up ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acpi_fake.h"

/* What acpi_read makes of one table with these bytes. */
static struct acpi table_acpi(
	const char *signature, const void *data, size_t length, struct arena *arena)
{
	struct record *record = record_new(arena);
	struct acpi acpi;

	fake_bytes(record, arena_printf(arena, TABLES "%s", signature), data, length);
	record_cover(record, "sys/firmware/acpi/tables");
	record_seal(record);
	acpi_read(record, arena, &acpi);
	return acpi;
}

/* A table of `length` bytes with a header in order, filled from `body` at byte 36. */
static uint8_t *make_table(
	struct arena *arena, const char *signature, const void *body, size_t body_length)
{
	size_t length = 36 + body_length;
	uint8_t *table = arena_alloc(arena, length), sum = 0;

	memcpy(table, signature, 4);
	table[4] = (uint8_t)length;
	table[5] = (uint8_t)(length >> 8);
	memcpy(table + 10, "MAKER ", 6);
	memcpy(table + 36, body, body_length);
	for (size_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + table[i]);
	table[9] = (uint8_t)-sum;
	return table;
}

/* Runs the decoders as acpi_read does, and on the bare bytes as the fuzzers do. */
static void survive(const char *signature, const uint8_t *data, size_t length)
{
	ARENA_AUTO arena = arena_new();
	/* A copy of just this size, so that the sanitizer sees a read beyond it. */
	uint8_t *exact = malloc(length ? length : 1);
	struct bytes table = { exact, length };
	struct dmar dmar;
	struct ivrs ivrs;
	struct madt madt;
	struct acpi acpi;

	if (length)
		memcpy(exact, data, length);
	dmar_decode(table, arena, &dmar);
	ivrs_decode(table, arena, &ivrs);
	madt_decode(table, arena, &madt);
	acpi = table_acpi(signature, exact, length, arena);
	for (size_t i = 0; i < COUNT(signatures); i++) {
		const struct acpi_table *of = table_of(&acpi, i);

		assert_true((of->sane == TRI_NO) == (of->problem != NULL));
	}
	free(exact);
}

static void damaged_tables_are_survived(void **state)
{
	(void)state;
	for (size_t m = 0; m < COUNT(machines); m++) {
		for (size_t t = 0; t < 4; t++) { /* DMAR, IVRS, APIC, FACP */
			ARENA_AUTO arena = arena_new();
			struct bytes table = fake_load(arena,
				arena_printf(arena, "tests/machines/%s/" TABLES "%s",
					machines[m], signatures[t]));
			uint8_t *copy = arena_memdup(arena, table.data, table.length);

			for (size_t i = 0; i < table.length; i++) {
				uint8_t was = copy[i];

				survive(signatures[t], copy, i);
				copy[i] = 0xff;
				survive(signatures[t], copy, table.length);
				copy[i] = 0;
				survive(signatures[t], copy, table.length);
				copy[i] = was;
			}
		}
	}
}

/* Cutting a table never shows what the whole one doesn't hold, and is always noticed. */
static void a_cut_table_is_never_sane(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct bytes table = fake_load(
		arena, "tests/machines/hp-dl360-g7_rmrr-slots/" TABLES "DMAR");
	size_t seen = 0;

	(void)state;
	assert_true(table.length > 100);
	for (size_t length = 0; length < table.length; length++) {
		ARENA_AUTO inner = arena_new();
		struct acpi acpi = table_acpi("DMAR", table.data, length, inner);

		assert_int_equal(acpi.dmar_table.presence, PRESENCE_PRESENT);
		assert_int_equal(acpi.dmar_table.sane, TRI_NO);
		assert_true(acpi.dmar.n_rmrrs >= seen); /* grows with what is there */
		seen = acpi.dmar.n_rmrrs;
	}
	assert_int_equal(seen, 3);
}

static void the_header_is_judged(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t body[12] = { 38, DMAR_INTR_REMAP };
	uint8_t *table = make_table(arena, "DMAR", body, sizeof(body));
	struct acpi acpi = table_acpi("DMAR", table, 48, arena);

	(void)state;
	assert_int_equal(acpi.dmar_table.sane, TRI_YES);
	assert_string_equal(acpi.dmar_table.oem_id, "MAKER");
	assert_int_equal(acpi.dmar.address_width, 39);
	table[9]++;
	acpi = table_acpi("DMAR", table, 48, arena);
	assert_string_equal(acpi.dmar_table.problem, "its checksum is wrong");
	assert_int_equal(acpi.dmar.flags, DMAR_INTR_REMAP);
	table[4] = 200;
	acpi = table_acpi("DMAR", table, 48, arena);
	assert_string_equal(acpi.dmar_table.problem,
		"its length field says 200 bytes, but it has 48");
	assert_int_equal(acpi.dmar.flags, DMAR_INTR_REMAP);
	acpi = table_acpi("IVRS", table, 48, arena);
	assert_string_equal(acpi.ivrs_table.problem, "its signature is not IVRS");
	assert_int_equal(acpi.ivrs.n_types, 0);
	acpi = table_acpi("DMAR", table, 0, arena);
	assert_int_equal(acpi.dmar_table.sane, TRI_NO);
}

/* A DMAR of one structure, `bytes` long in the list. */
static const char *dmar_problem(
	struct arena *arena, const void *bytes, size_t length, struct dmar *ret)
{
	uint8_t *table = arena_alloc(arena, 48 + length);

	memcpy(table + 48, bytes, length);
	return dmar_decode((struct bytes){ table, 48 + length }, arena, ret);
}

static void lying_structures_stop_the_walk(void **state)
{
	ARENA_AUTO arena = arena_new();
	static const uint8_t zero[8] = { 0 };
	static const uint8_t beyond[16] = { 0, 0, 17 };
	static const uint8_t small[8] = { 0, 0, 8 };
	static const uint8_t rest[19] = { 0, 0, 16, [8] = 1 };
	static const uint8_t scope_leaves[24] = { 0, 0, 24, [16] = 1, 9 };
	static const uint8_t scope_zero[24] = { 0, 0, 24, [16] = 1, 0 };
	static const uint8_t scope_odd[23] = { 0, 0, 23, [16] = 1, 7 };
	static const uint8_t unknown_type[8] = { 9, 0, 8 };
	struct dmar dmar;

	(void)state;
	assert_non_null(dmar_problem(arena, zero, sizeof(zero), &dmar));
	assert_non_null(dmar_problem(arena, beyond, sizeof(beyond), &dmar));
	assert_non_null(dmar_problem(arena, small, sizeof(small), &dmar));
	assert_int_equal(dmar.n_drhds, 0);
	assert_non_null(dmar_problem(arena, rest, sizeof(rest), &dmar));
	assert_int_equal(dmar.n_drhds, 1);
	assert_non_null(dmar_problem(arena, scope_leaves, sizeof(scope_leaves), &dmar));
	assert_int_equal(dmar.n_drhds, 1);
	assert_int_equal(dmar.drhds[0].n_scopes, 0);
	assert_non_null(dmar_problem(arena, scope_zero, sizeof(scope_zero), &dmar));
	assert_non_null(dmar_problem(arena, scope_odd, sizeof(scope_odd), &dmar));
	assert_null(dmar_problem(arena, unknown_type, sizeof(unknown_type), &dmar));
}

static void ivhd_entries_have_the_size_their_type_says(void **state)
{
	ARENA_AUTO arena = arena_new();
	/* An ACPI HID entry with a unique id of 3 bytes that look like an IOAPIC entry,
	 * then a real one. */
	uint8_t block[40 + 25 + 8] = { 0x40, 0, sizeof(block) };
	uint8_t table[48 + sizeof(block)] = { 0 };
	struct ivrs ivrs;

	(void)state;
	block[40] = 0xf0;
	block[40 + 21] = 3;
	block[40 + 22] = 0x48;
	memcpy(block + 65, (uint8_t[]){ 0x48, 0, 0, 0, 33, 0xa0, 0, 1 }, 8);
	memcpy(table + 48, block, sizeof(block));
	assert_null(ivrs_decode((struct bytes){ table, sizeof(table) }, arena, &ivrs));
	assert_int_equal(ivrs.n_types, 1);
	assert_int_equal(ivrs.n_ioapics, 1);
	assert_int_equal(ivrs.ioapics[0].handle, 33);
	assert_int_equal(ivrs.ioapics[0].device_id, 0xa0);
	table[48 + 40 + 21] = 200; /* leaves the block */
	assert_non_null(
		ivrs_decode((struct bytes){ table, sizeof(table) }, arena, &ivrs));
	assert_int_equal(ivrs.n_ioapics, 0);
}

static void a_processor_listed_twice_counts_once(void **state)
{
	ARENA_AUTO arena = arena_new();
	static const uint8_t body[8 + 8 + 8 + 16 + 16] = {
		[8] = 0,
		8,
		0,
		5,
		1,
		[16] = 0,
		8,
		1,
		6,
		0, /* the second is disabled */
		[24] = 9,
		16,
		0,
		0,
		5,
		0,
		0,
		0,
		1, /* id 5 again */
		[40] = 9,
		16,
		0,
		0,
		0,
		1,
		0,
		0,
		1, /* id 256 */
	};
	struct acpi acpi = table_acpi("APIC",
		make_table(arena, "APIC", body, sizeof(body)), 36 + sizeof(body), arena);

	(void)state;
	assert_int_equal(acpi.madt_table.sane, TRI_YES);
	assert_int_equal(acpi.madt.n_cpus, 2);
}

static void numa_domains_are_those_with_memory(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t body[12 + 3 * 40] = { 0 };
	struct acpi acpi;

	(void)state;
	for (int i = 0; i < 3; i++) {
		body[12 + i * 40] = 1;
		body[12 + i * 40 + 1] = 40;
		body[12 + i * 40 + 2] = (uint8_t)i;
		body[12 + i * 40 + 28] = i != 1; /* enabled */
	}
	acpi = table_acpi("SRAT", make_table(arena, "SRAT", body, sizeof(body)),
		36 + sizeof(body), arena);
	assert_int_equal(acpi.srat_table.sane, TRI_YES);
	assert_true(acpi.numa_domains.known);
	assert_int_equal(acpi.numa_domains.value, 2);
	acpi = table_acpi("SRAT", make_table(arena, "SRAT", body, sizeof(body) - 1),
		36 + sizeof(body) - 1, arena);
	assert_int_equal(acpi.srat_table.sane, TRI_NO);
	assert_false(acpi.numa_domains.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_tables_are_survived),
		cmocka_unit_test(a_cut_table_is_never_sane),
		cmocka_unit_test(the_header_is_judged),
		cmocka_unit_test(lying_structures_stop_the_walk),
		cmocka_unit_test(ivhd_entries_have_the_size_their_type_says),
		cmocka_unit_test(a_processor_listed_twice_counts_once),
		cmocka_unit_test(numa_domains_are_those_with_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
