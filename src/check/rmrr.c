/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that firmware reserves for a device: Linux then refuses to give the device away,
 * except for USB and display functions, whose reservations end when their driver starts.
 */
#include "topics.h"

#include <stdio.h>
#include <string.h>

static bool is_relaxable(const struct pci_function *function)
{
	return function->class_code >> 8 == 0x03 || function->class_code == PCI_CLASS_USB;
}

/* The function a scope's path leads to, bus by bus (VT-d specification 8.3.1); NULL: not
 * there, or *ret_known = false where the way can't be followed. */
static const struct pci_function *resolve(const struct pci *pci, uint16_t segment,
	const struct dmar_scope *scope, bool *ret_known)
{
	unsigned bus = scope->start_bus;

	for (unsigned i = 0; i < scope->n_path; i++) {
		const struct pci_function *function;
		char slot[24];

		snprintf(slot, sizeof(slot), "%04x:%02x:%02x.%u", segment, bus & 0xff,
			scope->path[2 * i] & 0x1f, scope->path[2 * i + 1] & 7);
		function = pci_find(pci, slot);
		if (!function || i + 1 == scope->n_path)
			return function;
		if (!function->secondary_bus.known) {
			*ret_known = false;
			return NULL;
		}
		bus = (unsigned)function->secondary_bus.value;
	}
	return NULL;
}

static bool is_below(const struct pci *pci, const struct pci_function *function,
	const struct pci_function *bridge)
{
	for (unsigned depth = 0; function && depth < 32; depth++) {
		if (function == bridge)
			return true;
		function = pci_parent(pci, function);
	}
	return false;
}

/* Does this reservation bind the function? Linux counts a bridge's for all behind it. */
static enum tri binds(const struct pci *pci, const struct dmar_rmrr *rmrr,
	const struct pci_function *function)
{
	bool known = true;

	for (size_t i = 0; i < rmrr->n_scopes; i++) {
		const struct pci_function *named = resolve(
			pci, rmrr->segment, &rmrr->scopes[i], &known);

		if (named && is_below(pci, function, named))
			return TRI_YES;
	}
	return known ? TRI_NO : TRI_UNKNOWN;
}

static struct check_result judge_regions(const struct check_input *input)
{
	const struct iommu_group *group = input->gpu->group;

	for (size_t i = 0; i < group->n_regions; i++)
		if (strcmp(group->regions[i].type, "direct") == 0)
			return check_result(input, FINDING_FAIL, "bound",
				_("IOMMU group %u has a direct reserved region at "
				  "0x%llx: Linux refuses to give the card away"),
				group->id, (unsigned long long)group->regions[i].start);
	return check_result(input, FINDING_PASS, "free",
		_("IOMMU group %u has no direct reserved region"), group->id);
}

static struct check_result judge_dmar(const struct check_input *input)
{
	const struct pci *pci = &input->machine->pci;
	const struct dmar *dmar = &input->machine->acpi.dmar;
	enum tri bound = TRI_NO;

	for (size_t i = 0; i < dmar->n_rmrrs; i++)
		for (size_t j = 0; j < input->gpu->n_functions; j++) {
			const struct pci_function *function = input->gpu->functions[j];
			enum tri one = is_relaxable(function)
				? TRI_NO
				: binds(pci, &dmar->rmrrs[i], function);

			if (one == TRI_YES)
				return check_result(input, FINDING_FAIL, "bound",
					_("ACPI table DMAR reserves memory at 0x%llx "
					  "for %s (RMRR): Linux refuses to give it away"),
					(unsigned long long)dmar->rmrrs[i].base,
					function->slot);
			bound = tri_or(bound, one);
		}
	if (bound == TRI_UNKNOWN || pci->known != TRI_YES ||
		input->machine->acpi.dmar_table.sane != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the table or the list of devices isn't complete enough to "
			  "tell"));
	return check_result(input, FINDING_PASS, "free",
		_("none of the %zu reservations (RMRR) of ACPI table DMAR names the "
		  "card"),
		dmar->n_rmrrs);
}

static struct check_result judge_ivrs(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->ivrs_table.presence == PRESENCE_PRESENT &&
		acpi->ivrs_table.sane == TRI_YES && acpi->ivrs.n_ivmds == 0)
		return check_result(input, FINDING_PASS, "free",
			_("ACPI table IVRS reserves no memory for any device"));
	return check_result(
		input, FINDING_UNKNOWN, NULL, _("the reservations were not recorded"));
}

static struct check_result predict(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->dmar_table.presence == PRESENCE_PRESENT &&
		acpi->dmar_table.sane == TRI_YES && acpi->dmar.n_rmrrs == 0)
		return check_result(input, FINDING_PASS, "free",
			_("ACPI table DMAR reserves no memory for any device"));
	if (acpi->dmar_table.presence == PRESENCE_PRESENT)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table DMAR has %zu reservations (RMRR); whether one "
			  "covers the slot shows only with a card in it"),
			acpi->dmar.n_rmrrs);
	return judge_ivrs(input);
}

static struct check_result run_rmrr_free(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (input->with)
		return predict(input);
	if (input->gpu->group && input->gpu->group->regions_known == TRI_YES)
		return judge_regions(input);
	if (acpi->dmar_table.presence == PRESENCE_PRESENT)
		return judge_dmar(input);
	return judge_ivrs(input);
}

static const char *advise_rmrr_free(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_FAIL)
		return _("Put the card into a slot without such a reservation; HP "
			 "servers of Gen8 and older have a firmware tool that lifts it "
			 "(conrep).");
	return input->with ? NULL : advice_read_as_root(input);
}

const struct check check_rmrr_free = {
	.id = "rmrr-free",
	.title = N_("Firmware reserves no memory for the GPU"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_GPU,
	.needs = "iommu-firmware",
	.run = run_rmrr_free,
	.advice = advise_rmrr_free,
	.ref = "Intel VT-d specification 8.4; Linux ABI sysfs-kernel-iommu_groups",
};
