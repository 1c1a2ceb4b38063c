/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is the GPU alone in its IOMMU group? Observed, or else estimated and labelled so. */
#include "topics.h"

enum {
	ACS_NEEDED = 1 << 0 | 1 << 2 | 1 << 3 |
		1 << 4 /* SV, RR, CR, UF: what Linux asks for */
};

/* Proxmox VE's rule: bridges don't matter, nor host bridges that no driver holds. */
static enum tri is_harmless(const struct pci_function *function)
{
	if (function->class_code == PCI_CLASS_PCI_BRIDGE)
		return TRI_YES;
	if (function->class_code == PCI_CLASS_HOST_BRIDGE)
		return tri_not(function->driver_known);
	return TRI_NO;
}

/* The members of a group that are `harmless` as asked for, apart from the card's own. */
static const char *list_members(const struct check_input *input,
	const struct iommu_group *group, enum tri harmless)
{
	const char *list = NULL;

	for (size_t i = 0; i < group->n_members; i++) {
		const struct pci_function *member = group->members[i];

		if (!pci_same_slot(member, input->gpu->display) &&
			is_harmless(member) == harmless)
			list = check_join(
				input->arena, list, check_describe(input->arena, member));
	}
	return list;
}

/* Every port from the GPU up to its root port separates its traffic. */
static enum tri ports_isolate(const struct pci *pci, const struct pci_function *function)
{
	enum tri all = TRI_YES;
	const struct pci_function *port = pci_parent(pci, function);

	if (!port)
		return TRI_UNKNOWN;
	for (unsigned depth = 0; port && depth < 32;
		depth++, port = pci_parent(pci, port)) {
		enum tri one = port->acs.present != TRI_YES
			? port->acs.present
			: tri_of((port->acs.capability & ACS_NEEDED) == ACS_NEEDED);

		all = tri_and(all, one);
	}
	return all;
}

static struct check_result estimate(
	const struct check_input *input, const struct pci_function *display)
{
	switch (ports_isolate(&input->machine->pci, display)) {
	case TRI_YES:
		return check_result(input, FINDING_UNKNOWN, "probably-isolated",
			_("IOMMU groups are not known; estimate: isolated, since every "
			  "port on its way offers ACS"));
	case TRI_NO:
		return check_result(input, FINDING_UNKNOWN, "maybe-shared",
			_("IOMMU groups are not known; estimate: can't tell, since a "
			  "port on its way offers no ACS (many chipsets isolate all the "
			  "same)"));
	default:
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("IOMMU groups are not known, and the ports' ACS isn't known"));
	}
}

/* A port a card could sit in: ACS of the ports with a slot decides what can be guessed.
 */
static struct check_result predict(const struct check_input *input)
{
	const struct pci *pci = &input->machine->pci;
	unsigned ports = 0, isolating = 0;

	for (size_t i = 0; i < pci->n_functions; i++) {
		const struct pci_function *port = &pci->functions[i];

		if (!port->express.slot.known ||
			(port->express.port_type != 4 && port->express.port_type != 6))
			continue;
		ports++;
		isolating += port->acs.present == TRI_YES &&
			(port->acs.capability & ACS_NEEDED) == ACS_NEEDED;
	}
	if (ports == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("estimate: can't tell, since the slots' ports were not "
			  "recorded"));
	return check_result(input, FINDING_UNKNOWN,
		isolating ? "probably-isolated" : "maybe-shared",
		_("estimate: %u of %u ports with a slot offer ACS; whether the card "
		  "would be alone shows only with the card in the slot"),
		isolating, ports);
}

static struct check_result judge_group(const struct check_input *input)
{
	const struct iommu_group *group = input->gpu->group;
	const char *strangers = list_members(input, group, TRI_NO);
	const char *doubtful = list_members(input, group, TRI_UNKNOWN);
	const char *command_line = input->machine->system.command_line;

	if (strangers)
		return check_result(input, FINDING_FAIL, "shared",
			_("IOMMU group %u also holds %s"), group->id, strangers);
	if (doubtful)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("IOMMU group %u also holds %s, whose driver was not recorded"),
			group->id, doubtful);
	if (!command_line)
		return check_result(input, FINDING_UNKNOWN, "probably-isolated",
			_("IOMMU group %u holds nothing else, but without the kernel "
			  "command line a faked group (pcie_acs_override) can't be "
			  "excluded"),
			group->id);
	if (command_line_get(&input->machine->system, "pcie_acs_override", input->arena))
		return check_result(input, FINDING_UNKNOWN, "faked",
			_("IOMMU group %u holds nothing else, but the kernel was told "
			  "to fake groups (pcie_acs_override)"),
			group->id);
	if (input->machine->pci.known != TRI_YES ||
		input->machine->iommu.groups_known != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, "probably-isolated",
			_("IOMMU group %u holds nothing else that was recorded, but the "
			  "list of devices isn't complete"),
			group->id);
	return check_result(input, FINDING_PASS, "isolated",
		_("IOMMU group %u holds only this card and bridges"), group->id);
}

static struct check_result run_gpu_isolated(const struct check_input *input)
{
	if (input->with)
		return predict(input);
	if (input->gpu->group)
		return judge_group(input);
	if (input->machine->iommu.n_groups && input->gpu->display->in_group == TRI_NO)
		return check_result(input, FINDING_FAIL, "no-group",
			_("the kernel has IOMMU groups, but the GPU is in none: no "
			  "IOMMU unit covers its slot"));
	return estimate(input, input->gpu->display);
}

static const char *advise_gpu_isolated(
	const struct check_input *input, const struct check_result *result)
{
	if (input->with)
		return _("Ask for a capture of a machine with the same board, firmware "
			 "version and CPU that has a card in that slot.");
	if (result->status == FINDING_FAIL)
		return _("Put the card into another slot (one that hangs on the CPU), "
			 "look for ACS in the firmware setup, or update the firmware. "
			 "Devices of one group can only be given away together, and the "
			 "host would lose them.");
	if (result->answer && result->answer[0] == 'f')
		return _("Start the kernel without pcie_acs_override and judge again.");
	if (input->gpu->group)
		return _("The group is known, but one piece is missing: hand in a "
			 "capture made as root.");
	return _("Judge it with the IOMMU switched on and in use: only IOMMU groups "
		 "tell.");
}

const struct check check_gpu_isolated = {
	.id = "gpu-isolated",
	.title = N_("The GPU is alone in its IOMMU group"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_GPU,
	.run = run_gpu_isolated,
	.advice = advise_gpu_isolated,
	.ref = "Proxmox VE Administration Guide, PCI(e) Passthrough; Linux "
	       "drivers/iommu/iommu.c",
};
