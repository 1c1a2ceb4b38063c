/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other devices that a planner needs to know: USB controllers and NICs. */
#include "topics.h"

/* Nothing but itself (and bridges) in its group. */
static bool is_alone(const struct iommu_group *group, const struct pci_function *function)
{
	for (size_t i = 0; i < group->n_members; i++)
		if (group->members[i] != function &&
			group->members[i]->class_code != PCI_CLASS_PCI_BRIDGE)
			return false;
	return true;
}

static struct check_result run_usb_controllers(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const char *alone = NULL;
	unsigned total = 0;

	if (machine->pci.known != TRI_YES)
		return check_result(
			input, FINDING_UNKNOWN, NULL, _("PCI devices were not recorded"));
	for (size_t i = 0; i < machine->pci.n_functions; i++) {
		const struct pci_function *function = &machine->pci.functions[i];
		const struct iommu_group *group = iommu_group_of(
			&machine->iommu, function);

		if (function->class_code != PCI_CLASS_USB)
			continue;
		total++;
		if (group && is_alone(group, function))
			alone = check_join(input->arena, alone, function->slot);
	}
	if (total == 0)
		return check_result(
			input, FINDING_NA, "none", _("there is no USB controller"));
	if (machine->iommu.groups_known != TRI_YES || machine->iommu.n_groups == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("%u USB controllers; their IOMMU groups were not recorded"),
			total);
	if (!alone || total == 1)
		return check_result(input, FINDING_FAIL, "none",
			_("%u USB controllers, none that the host could spare; single "
			  "USB devices can be given to the VM instead"),
			total);
	return check_result(input, FINDING_PASS, "spare",
		_("%u USB controllers, alone in their group: %s"), total, alone);
}

const struct check check_usb_controllers = {
	.id = "usb-controllers",
	.title = N_("A whole USB controller could be passed through"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_usb_controllers,
	.ref = "Proxmox VE Administration Guide, USB Passthrough",
};

static const char *describe_nic(const struct check_input *input, const struct nic *nic)
{
	return nic->slot ? arena_printf(input->arena, "%s (%s, %s)", nic->name, nic->slot,
				   nic->driver ? nic->driver : "?")
			 : nic->name;
}

static struct check_result run_nics(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const char *list = NULL;
	bool complete = machine->nics_known == TRI_YES;

	for (size_t i = 0; i < machine->n_nics; i++) {
		const struct nic *nic = &machine->nics[i];
		enum tri wired = tri_and(nic->hardware, tri_not(nic->wireless));

		if (wired == TRI_YES)
			list = check_join(input->arena, list, describe_nic(input, nic));
		complete = complete && wired != TRI_UNKNOWN;
	}
	if (list)
		return check_result(input, FINDING_PASS, NULL, "%s", list);
	if (!complete)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("network interfaces were not recorded"));
	return check_result(input, FINDING_FAIL, "none",
		_("no driver runs a wired network interface"));
}

static const char *advise_nics(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_FAIL)
		return NULL;
	return _("Proxmox VE wants a wired network: plug a card in that Linux has a "
		 "driver for.");
}

const struct check check_nics = {
	.id = "nics",
	.title = N_("There is a wired network interface"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_nics,
	.advice = advise_nics,
	.ref = "Proxmox VE system requirements",
};
