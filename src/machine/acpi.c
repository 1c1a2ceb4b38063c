/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI tables: the common header, and the small tables of which one field matters. */
#include "gpuhost/acpi.h"

#include <string.h>

#include "acpi_walk.h"
#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

enum {
	HEADER_SIZE = 36, /* ACPI 6.5 table 5.4 */
	FACP_PM_PROFILE = 45, /* ACPI 6.5 table 5.9 */
	SRAT_STRUCTURES = 48, /* ACPI 6.5 table 5.61 */
	SRAT_MEMORY_SIZE = 40,
	MAX_DOMAINS = 1024,
	/* No real table of those read here comes near; a hostile one costs no time. */
	MAX_TABLE = 1 << 20,
};

bool acpi_walk_fits(struct acpi_walk *walk, size_t length, size_t least)
{
	size_t left = walk->list.length - walk->offset, at = walk->base + walk->offset;

	if (length < least)
		walk->problem = arena_printf(walk->arena,
			_("the structure at byte %zu is %zu bytes long and needs at "
			  "least %zu"),
			at, length, least);
	else if (length > left)
		walk->problem = arena_printf(walk->arena,
			_("the structure at byte %zu says it is %zu bytes long, but "
			  "only %zu are left"),
			at, length, left);
	return !walk->problem;
}

bool acpi_walk_holds(struct acpi_walk *walk, struct bytes structure, size_t least)
{
	size_t at = walk->base + walk->offset - structure.length;

	if (structure.length < least)
		walk->problem = arena_printf(walk->arena,
			_("the structure at byte %zu is %zu bytes long and needs at "
			  "least %zu"),
			at, structure.length, least);
	return !walk->problem;
}

bool acpi_walk_next(struct acpi_walk *walk, struct bytes *ret_structure)
{
	size_t head = walk->length_at + walk->length_size, length;
	struct bytes rest = bytes_from(walk->list, walk->offset);

	if (walk->problem || rest.length == 0)
		return false;
	if (rest.length < head) {
		walk->problem = arena_printf(walk->arena,
			_("the %zu bytes at byte %zu are too few for a structure"),
			rest.length, walk->base + walk->offset);
		return false;
	}
	length = (size_t)bytes_le(rest, walk->length_at, walk->length_size);
	if (!acpi_walk_fits(walk, length, head))
		return false;
	*ret_structure = bytes_first(rest, length);
	walk->offset += length;
	return true;
}

static bool checksum_holds(struct bytes data)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < data.length; i++)
		sum = (uint8_t)(sum + data.data[i]);
	return sum == 0;
}

static const char *header_problem(
	struct bytes data, const char *signature, struct arena *arena)
{
	uint32_t length = bytes_u32(data, 4);

	if (data.length < HEADER_SIZE)
		return arena_printf(arena,
			_("it has %zu bytes, fewer than a table's header"), data.length);
	if (memcmp(data.data, signature, 4))
		return arena_printf(arena, _("its signature is not %s"), signature);
	if (data.length > MAX_TABLE)
		return arena_printf(arena, _("it has %zu bytes, more than any real one"),
			data.length);
	if (length != data.length)
		return arena_printf(arena,
			_("its length field says %u bytes, but it has %zu"),
			(unsigned)length, data.length);
	if (!checksum_holds(data))
		return _("its checksum is wrong");
	return NULL;
}

static void table_read(const struct record *record, const char *signature,
	struct arena *arena, struct acpi_table *ret)
{
	const char *path = arena_printf(arena, "sys/firmware/acpi/tables/%s", signature);
	uint32_t length;

	ret->presence = record_file(record, path, &ret->data);
	/* Of several with one signature, all have a number: the kernel uses the first. */
	if (ret->presence == PRESENCE_ABSENT &&
		record_file(record, arena_printf(arena, "%s1", path), &ret->data) ==
			PRESENCE_PRESENT)
		ret->presence = PRESENCE_PRESENT;
	if (ret->presence != PRESENCE_PRESENT) {
		const char *error = record_refusal(record, path);

		ret->hidden = error &&
			(strcmp(error, "EACCES") == 0 || strcmp(error, "EPERM") == 0);
		return;
	}
	ret->problem = header_problem(ret->data, signature, arena);
	ret->sane = tri_of(!ret->problem);
	if (ret->data.length < HEADER_SIZE || memcmp(ret->data.data, signature, 4)) {
		ret->data = bytes_first(ret->data, 0); /* nothing to decode */
		return;
	}
	ret->oem_id = text_trim(arena, bytes_first(bytes_from(ret->data, 10), 6));
	/* What follows the end that the table itself names is not the table. */
	length = bytes_u32(ret->data, 4);
	if (length >= HEADER_SIZE)
		ret->data = bytes_first(ret->data, length);
	ret->data = bytes_first(ret->data, MAX_TABLE);
}

/* The decoder's problem counts only where the header was in order: else it follows. */
static void note_problem(struct acpi_table *table, const char *problem)
{
	if (!problem || table->problem)
		return;
	table->problem = problem;
	table->sane = TRI_NO;
}

static bool has_domain(const uint32_t *domains, size_t n, uint32_t domain)
{
	for (size_t i = 0; i < n; i++)
		if (domains[i] == domain)
			return true;
	return false;
}

/* Counts the proximity domains of enabled memory affinity structures (type 1, ACPI 6.5
 * 5.2.16.2). The count stays unknown where the table can't be walked to its end. */
static const char *srat_decode(
	struct bytes table, struct arena *arena, struct num *ret_domains)
{
	struct acpi_walk walk = {
		.list = bytes_from(table, SRAT_STRUCTURES),
		.base = SRAT_STRUCTURES,
		.length_at = 1,
		.length_size = 1,
		.arena = arena,
	};
	uint32_t domains[MAX_DOMAINS], domain;
	struct bytes s;
	size_t n = 0;

	while (acpi_walk_next(&walk, &s)) {
		if (bytes_u8(s, 0) != 1)
			continue;
		if (!acpi_walk_holds(&walk, s, SRAT_MEMORY_SIZE))
			break;
		domain = bytes_u32(s, 2);
		if ((bytes_u32(s, 28) & 1) && n < MAX_DOMAINS &&
			!has_domain(domains, n, domain))
			domains[n++] = domain;
	}
	if (!walk.problem)
		*ret_domains = num_of(n);
	return walk.problem;
}

static void read_small_tables(
	const struct record *record, struct arena *arena, struct acpi *ret)
{
	table_read(record, "FACP", arena, &ret->facp_table);
	table_read(record, "MCFG", arena, &ret->mcfg_table);
	table_read(record, "BGRT", arena, &ret->bgrt_table);
	table_read(record, "TPM2", arena, &ret->tpm2_table);
	table_read(record, "SRAT", arena, &ret->srat_table);
	if (bytes_has(ret->facp_table.data, FACP_PM_PROFILE, 1))
		ret->pm_profile = num_of(bytes_u8(ret->facp_table.data, FACP_PM_PROFILE));
	if (ret->srat_table.presence == PRESENCE_PRESENT &&
		ret->srat_table.data.length >= SRAT_STRUCTURES)
		note_problem(&ret->srat_table,
			srat_decode(ret->srat_table.data, arena, &ret->numa_domains));
	else if (ret->srat_table.presence == PRESENCE_ABSENT)
		ret->numa_domains = num_of(1); /* without SRAT all memory is alike */
}

void acpi_read(const struct record *record, struct arena *arena, struct acpi *ret)
{
	*ret = (struct acpi){ 0 };
	table_read(record, "DMAR", arena, &ret->dmar_table);
	if (ret->dmar_table.presence == PRESENCE_PRESENT)
		note_problem(&ret->dmar_table,
			dmar_decode(ret->dmar_table.data, arena, &ret->dmar));
	table_read(record, "IVRS", arena, &ret->ivrs_table);
	if (ret->ivrs_table.presence == PRESENCE_PRESENT)
		note_problem(&ret->ivrs_table,
			ivrs_decode(ret->ivrs_table.data, arena, &ret->ivrs));
	table_read(record, "APIC", arena, &ret->madt_table);
	if (ret->madt_table.presence == PRESENCE_PRESENT)
		note_problem(&ret->madt_table,
			madt_decode(ret->madt_table.data, arena, &ret->madt));
	read_small_tables(record, arena, ret);
}
