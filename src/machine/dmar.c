/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMAR: Intel's table of IOMMU units and reserved memory (VT-d specification 8.1-8.3). */
#include <string.h>

#include "acpi_walk.h"
#include "gpuhost/acpi.h"
#include "gpuhost/arena.h"
#include "gpuhost/text.h"

enum {
	DMAR_STRUCTURES = 48,
	DMAR_DRHD = 0,
	DMAR_RMRR = 1,
	DRHD_SCOPES = 16,
	RMRR_SCOPES = 24,
	SCOPE_PATH = 6,
};

/* `at`: where the structure begins in the table. */
static const char *decode_scopes(struct bytes structure, size_t at, size_t scopes_at,
	struct arena *arena, struct dmar_scope **ret_scopes, size_t *ret_n)
{
	struct acpi_walk walk = {
		.list = bytes_from(structure, scopes_at),
		.base = at + scopes_at,
		.length_at = 1,
		.length_size = 1,
		.arena = arena,
	};
	struct bytes s;

	while (acpi_walk_next(&walk, &s)) {
		if (!acpi_walk_holds(&walk, s, SCOPE_PATH))
			break;
		if (s.length % 2)
			return arena_printf(arena,
				_("the device scope at byte %zu ends in half a path "
				  "entry"),
				walk.base + walk.offset - s.length);
		*ret_scopes = arena_grow(
			arena, *ret_scopes, *ret_n, sizeof(**ret_scopes));
		(*ret_scopes)[(*ret_n)++] = (struct dmar_scope){
			.type = bytes_u8(s, 0),
			.enumeration_id = bytes_u8(s, 4),
			.start_bus = bytes_u8(s, 5),
			.n_path = (uint8_t)((s.length - SCOPE_PATH) / 2),
			.path = s.data + SCOPE_PATH,
		};
	}
	return walk.problem;
}

static const char *decode_drhd(
	struct bytes s, size_t at, struct arena *arena, struct dmar *ret)
{
	struct dmar_drhd *drhd;

	ret->drhds = arena_grow(arena, ret->drhds, ret->n_drhds, sizeof(*ret->drhds));
	drhd = &ret->drhds[ret->n_drhds++];
	*drhd = (struct dmar_drhd){
		.include_all = bytes_u8(s, 4) & 1,
		.segment = bytes_u16(s, 6),
		.base = bytes_u64(s, 8),
	};
	return decode_scopes(s, at, DRHD_SCOPES, arena, &drhd->scopes, &drhd->n_scopes);
}

static const char *decode_rmrr(
	struct bytes s, size_t at, struct arena *arena, struct dmar *ret)
{
	struct dmar_rmrr *rmrr;

	ret->rmrrs = arena_grow(arena, ret->rmrrs, ret->n_rmrrs, sizeof(*ret->rmrrs));
	rmrr = &ret->rmrrs[ret->n_rmrrs++];
	*rmrr = (struct dmar_rmrr){
		.segment = bytes_u16(s, 6),
		.base = bytes_u64(s, 8),
		.limit = bytes_u64(s, 16),
	};
	return decode_scopes(s, at, RMRR_SCOPES, arena, &rmrr->scopes, &rmrr->n_scopes);
}

const char *dmar_decode(struct bytes table, struct arena *arena, struct dmar *ret)
{
	struct acpi_walk walk = {
		.list = bytes_from(table, DMAR_STRUCTURES),
		.base = DMAR_STRUCTURES,
		.length_at = 2,
		.length_size = 2,
		.arena = arena,
	};
	const char *problem = NULL;
	struct bytes s;

	*ret = (struct dmar){ 0 };
	if (bytes_has(table, 36, 2)) {
		/* The field holds the width minus one. */
		ret->address_width = (uint8_t)(bytes_u8(table, 36) + 1);
		ret->flags = bytes_u8(table, 37);
	}
	if (table.length < DMAR_STRUCTURES)
		return _("it ends before its first structure");
	while (!problem && acpi_walk_next(&walk, &s)) {
		size_t at = walk.base + walk.offset - s.length;

		if (bytes_u16(s, 0) == DMAR_DRHD &&
			acpi_walk_holds(&walk, s, DRHD_SCOPES))
			problem = decode_drhd(s, at, arena, ret);
		else if (bytes_u16(s, 0) == DMAR_RMRR &&
			acpi_walk_holds(&walk, s, RMRR_SCOPES))
			problem = decode_rmrr(s, at, arena, ret);
	}
	return problem ? problem : walk.problem;
}
