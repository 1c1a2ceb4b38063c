/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel's IOMMU: its units, and the groups it made. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

#define GROUPS "sys/kernel/iommu_groups"

enum {
	MAX_REGIONS = 4096 /* lines of one group's file */
};

static struct num hex_number(const char *text)
{
	uint64_t value;

	return text && text_u64_base(text, 16, &value) ? num_of(value)
						       : (struct num){ 0 };
}

/* Linux 6.7 turned the pair of AMD's two feature registers round: since then the first
 * register comes first (show_features in drivers/iommu/amd/init.c). */
static struct num amd_features(
	const struct record *record, const char *text, struct arena *arena)
{
	const char *colon = text ? strchr(text, ':') : NULL;
	const char *release = record_fact(record, "uname.release");
	unsigned long major, minor;
	char *end;

	if (!colon)
		return hex_number(text);
	major = release ? strtoul(release, &end, 10) : 0;
	if (!major || *end != '.')
		return (struct num){ 0 };
	minor = strtoul(end + 1, NULL, 10);
	if (major > 6 || (major == 6 && minor >= 7))
		return hex_number(arena_strndup(arena, text, (size_t)(colon - text)));
	return hex_number(colon + 1);
}

static struct iommu_unit read_unit(
	const struct record *record, const char *name, struct arena *arena)
{
	const char *cap = record_text(record, "sys/class/iommu/%s/intel-iommu/cap", name);
	const char *ecap = record_text(
		record, "sys/class/iommu/%s/intel-iommu/ecap", name);
	const char *features = record_text(
		record, "sys/class/iommu/%s/amd-iommu/features", name);

	if (cap || ecap)
		return (struct iommu_unit){ name, hex_number(cap), hex_number(ecap) };
	cap = record_text(record, "sys/class/iommu/%s/amd-iommu/cap", name);
	return (struct iommu_unit){ name, hex_number(cap),
		amd_features(record, features, arena) };
}

static void read_units(
	const struct record *record, struct arena *arena, struct iommu *ret)
{
	const char **names;
	size_t n;

	if (record_list(record, "sys/class/iommu", &names, &n) != PRESENCE_UNKNOWN)
		ret->units_known = TRI_YES;
	ret->units = arena_alloc(arena, n * sizeof(*ret->units));
	for (size_t i = 0; i < n; i++)
		ret->units[ret->n_units++] = read_unit(record, names[i], arena);
}

/* ---- groups ---- */

/* "0x00000000fee00000 0x00000000feefffff msi" */
static bool parse_region(
	const char *line, struct arena *arena, struct reserved_region *ret)
{
	size_t first = strcspn(line, " "), second;
	const char *rest = line + first + (line[first] == ' ');

	second = strcspn(rest, " ");
	if (!rest[second] ||
		!text_u64_base(arena_strndup(arena, line, first), 16, &ret->start) ||
		!text_u64_base(arena_strndup(arena, rest, second), 16, &ret->end))
		return false;
	ret->type = text_trim(arena,
		(struct bytes){ (const uint8_t *)rest + second, strlen(rest + second) });
	return *ret->type;
}

/* One line that can't be understood might be the one that matters: then the regions that
 * were understood are listed, and the whole counts as unknown. */
static void read_regions(
	const struct record *record, struct arena *arena, struct iommu_group *group)
{
	const char *path = arena_printf(arena, GROUPS "/%u/reserved_regions", group->id);
	struct reserved_region region;
	struct bytes text;
	const char *line;
	size_t offset = 0, n_lines = 0;

	if (record_file(record, path, &text) != PRESENCE_PRESENT)
		return;
	group->regions_known = TRI_YES;
	while (n_lines++ < MAX_REGIONS && (line = text_line(arena, text, &offset))) {
		if (!*line)
			continue;
		if (!parse_region(line, arena, &region)) {
			group->regions_known = TRI_UNKNOWN;
			continue;
		}
		group->regions = arena_grow(
			arena, group->regions, group->n_regions, sizeof(*group->regions));
		group->regions[group->n_regions++] = region;
	}
	if (offset < text.length)
		group->regions_known = TRI_UNKNOWN;
}

static void add_member(struct iommu_group *group, const struct pci_function *function,
	struct arena *arena)
{
	group->members = arena_grow(
		arena, group->members, group->n_members, sizeof(*group->members));
	group->members[group->n_members++] = function;
}

/* False where the list of members isn't complete, or names what PCI doesn't show. */
static bool read_members(const struct record *record, const struct pci *pci,
	struct arena *arena, struct iommu_group *group)
{
	const char *folder = arena_printf(arena, GROUPS "/%u/devices", group->id);
	const char **names;
	size_t n;
	bool complete = record_list(record, folder, &names, &n) == PRESENCE_PRESENT &&
		n > 0;

	for (size_t i = 0; i < n; i++) {
		const struct pci_function *function = pci_find(pci, names[i]);

		if (function)
			add_member(group, function, arena);
		/* "0000:01:00.0". Domains of more digits are Intel VMD's, which share
		 * the group of the VMD device itself. */
		else if (strchr(names[i], ':') == names[i] + 4 && strchr(names[i], '.'))
			complete = false;
	}
	return complete;
}

/* vfio makes groups of its own where an administrator forced it to do without an IOMMU
 * (vfio_noiommu_group_alloc in drivers/vfio/group.c). They isolate nothing. */
static bool is_real(const struct record *record, const char *id)
{
	const char *name = record_text(record, GROUPS "/%s/name", id);

	return !name || strcmp(name, "vfio-noiommu") != 0;
}

static int compare_groups(const void *a, const void *b)
{
	const struct iommu_group *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static void groups_from_folders(const struct record *record, const struct pci *pci,
	const char **names, size_t n, struct arena *arena, struct iommu *ret)
{
	uint64_t id;

	ret->groups_known = TRI_YES;
	ret->groups = arena_alloc(arena, n * sizeof(*ret->groups));
	for (size_t i = 0; i < n; i++) {
		struct iommu_group *group = &ret->groups[ret->n_groups];

		/* "01" would be a second group 1. */
		if (!text_u64_base(names[i], 10, &id) || id > UINT_MAX ||
			(names[i][0] == '0' && names[i][1])) {
			ret->groups_known = TRI_UNKNOWN;
			continue;
		}
		if (!is_real(record, names[i]))
			continue;
		group->id = (unsigned)id;
		ret->n_groups++;
		if (!read_members(record, pci, arena, group))
			ret->groups_known = TRI_UNKNOWN;
	}
	qsort(ret->groups, ret->n_groups, sizeof(*ret->groups), compare_groups);
}

static int compare_by_group(const void *a, const void *b)
{
	const struct pci_function *const *left = a, *const *right = b;
	uint64_t x = (*left)->group.value, y = (*right)->group.value;

	if (x != y)
		return x < y ? -1 : 1;
	return (*left > *right) - (*left < *right); /* in order of address */
}

/* Where the groups' own folder was not recorded, each function still may tell its group
 * (iommu_group links, lspci text). */
static void groups_from_functions(
	const struct pci *pci, struct arena *arena, struct iommu *ret)
{
	const struct pci_function **sorted = arena_alloc(
		arena, pci->n_functions * sizeof(*sorted));
	size_t n = 0;

	ret->groups_known = pci->known == TRI_YES ? TRI_YES : TRI_UNKNOWN;
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *function = &pci->functions[i];

		if (function->group.known && function->group.value <= UINT_MAX)
			sorted[n++] = function;
		else if (function->in_group != TRI_NO)
			ret->groups_known = TRI_UNKNOWN;
	}
	qsort(sorted, n, sizeof(*sorted), compare_by_group);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || sorted[i]->group.value != sorted[i - 1]->group.value) {
			ret->groups = arena_grow(
				arena, ret->groups, ret->n_groups, sizeof(*ret->groups));
			ret->groups[ret->n_groups++] = (struct iommu_group){
				.id = (unsigned)sorted[i]->group.value,
			};
		}
		add_member(&ret->groups[ret->n_groups - 1], sorted[i], arena);
	}
}

/* Each function's own link must agree with the folders: else a member is missing. */
static bool links_agree(const struct pci *pci, const struct iommu *iommu)
{
	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *function = &pci->functions[i];
		const struct iommu_group *group = iommu_group_of(iommu, function);

		if (function->group.known && group && function->group.value != group->id)
			return false;
		if (function->group.known && !group && iommu->n_groups)
			return false;
	}
	return true;
}

static const char *group_type(const struct record *record, unsigned id)
{
	const char *type = record_text(record, GROUPS "/%u/type", id);

	return type && *type ? type : NULL;
}

void iommu_read(const struct record *record, const struct pci *pci, struct arena *arena,
	struct iommu *ret)
{
	const char **names;
	size_t n;

	*ret = (struct iommu){ 0 };
	read_units(record, arena, ret);
	if (record_list(record, GROUPS, &names, &n) != PRESENCE_UNKNOWN)
		groups_from_folders(record, pci, names, n, arena, ret);
	else
		groups_from_functions(pci, arena, ret);
	if (!links_agree(pci, ret))
		ret->groups_known = TRI_UNKNOWN;
	/* Groups without a unit are vfio's own again, where their name wasn't recorded.
	 */
	if (ret->units_known == TRI_YES && ret->n_units == 0)
		ret->n_groups = 0;
	for (size_t i = 0; i < ret->n_groups; i++) {
		ret->groups[i].type = group_type(record, ret->groups[i].id);
		read_regions(record, arena, &ret->groups[i]);
	}
}

const struct iommu_group *iommu_group_of(
	const struct iommu *iommu, const struct pci_function *function)
{
	for (size_t i = 0; i < iommu->n_groups; i++)
		for (size_t k = 0; k < iommu->groups[i].n_members; k++)
			if (iommu->groups[i].members[k] == function)
				return &iommu->groups[i];
	return NULL;
}
