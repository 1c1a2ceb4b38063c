/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does firmware offer the IOMMU, and if not: is it switched off, or not there at all? */
#include "topics.h"

#include <string.h>
#include <strings.h>

/* Which of the two tables there must be is a matter of the CPU's vendor. */
static enum tri table_offered(const struct machine *machine)
{
	enum tri dmar = machine->acpi.dmar_table.presence == PRESENCE_PRESENT ? TRI_YES
		: machine->acpi.dmar_table.presence == PRESENCE_ABSENT	      ? TRI_NO
								       : TRI_UNKNOWN;
	enum tri ivrs = machine->acpi.ivrs_table.presence == PRESENCE_PRESENT ? TRI_YES
		: machine->acpi.ivrs_table.presence == PRESENCE_ABSENT	      ? TRI_NO
								       : TRI_UNKNOWN;

	if (dmar == TRI_YES || ivrs == TRI_YES)
		return TRI_YES;
	if (check_is_intel(machine))
		return dmar;
	if (check_is_amd(machine))
		return ivrs;
	return tri_or(dmar, ivrs);
}

static const struct pci_function *find_device(
	const struct machine *machine, uint16_t vendor, const uint16_t *devices, size_t n)
{
	for (size_t i = 0; i < machine->pci.n_functions; i++) {
		const struct pci_function *function = &machine->pci.functions[i];

		for (size_t j = 0; j < n; j++)
			if (function->vendor_id == vendor &&
				function->device_id == devices[j])
				return function;
	}
	return NULL;
}

/* Xeons and HEDT parts show their VT-d unit as a PCI function (pci.ids); so does the
 * 970/990FX northbridge its IOMMU-capable RD890. */
static const struct pci_function *find_iommu_hardware(const struct machine *machine)
{
	static const uint16_t intel[] = { 0x3c28, 0x0e28, 0x2f28, 0x6f28, 0x2024, 0x2034,
		0x09a2 };
	static const uint16_t rd890[] = { 0x5a23 };
	const struct pci_function *found;

	found = find_device(
		machine, PCI_VENDOR_INTEL, intel, sizeof(intel) / sizeof(intel[0]));
	return found ? found : find_device(machine, PCI_VENDOR_ATI, rd890, 1);
}

/* CAPID0_A of the host bridge, bit 23 VTDD: this CPU can't. Valid only behind a vendor
 * capability at E0h (Intel processor data sheets, host bridge registers). */
static enum tri capid_offers(const struct machine *machine)
{
	const struct pci_function *host = pci_find(&machine->pci, "0000:00:00.0");
	const struct cpu *cpu = &machine->cpu;

	/* From Sandy Bridge (model 2Ah) on; before, the bit means something else. */
	if (!cpu->family.known || cpu->family.value != 6 || !cpu->model.known ||
		cpu->model.value < 0x2a)
		return TRI_UNKNOWN;
	if (!host || host->vendor_id != PCI_VENDOR_INTEL || !host->vendor_cap_e4.known)
		return TRI_UNKNOWN;
	return tri_of(!(host->vendor_cap_e4.value & 1u << 23));
}

/* Every Zen has AMD-Vi; family 17h and up, or its trade names. */
static enum tri zen(const struct machine *machine)
{
	const struct cpu *cpu = &machine->cpu;

	if (!check_is_amd(machine))
		return TRI_UNKNOWN;
	if (cpu->family.known)
		return tri_of(cpu->family.value >= 0x17);
	if (cpu->brand && (strstr(cpu->brand, "Ryzen") || strstr(cpu->brand, "EPYC")))
		return TRI_YES;
	return TRI_UNKNOWN;
}

/* What the firmware itself says of its switch: the best witness there is. */
static struct check_result judge_switch(
	const struct check_input *input, const char *table, const struct menu *menu)
{
	const char *value = check_switch_value(input->machine, menu);

	if (strncasecmp(value, "disab", 5) == 0)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, and the firmware says: %s = %s"), table,
			menu->attribute, value);
	return check_result(input, FINDING_FAIL, "off-or-unsupported",
		_("ACPI has no %s table, though the firmware says: %s = %s"), table,
		menu->attribute, value);
}

static struct check_result judge_absent(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const char *table = check_is_intel(machine) ? "DMAR"
		: check_is_amd(machine)		    ? "IVRS"
						    : "DMAR/IVRS";
	const struct menu *menu = board_menu(&input->knowledge->board, "iommu");
	const struct pci_function *hardware = find_iommu_hardware(machine);
	enum tri capid = capid_offers(machine);

	if (machine->cpu.hypervisor == TRI_YES)
		return check_result(input, FINDING_FAIL, "virtual-machine",
			_("ACPI has no %s table: this is a virtual machine that is "
			  "given no IOMMU"),
			table);
	if (check_switch_value(machine, menu))
		return judge_switch(input, table, menu);
	if (capid == TRI_NO)
		return check_result(input, FINDING_FAIL, "unsupported",
			_("ACPI has no %s table, and the host bridge says that this CPU "
			  "has no VT-d (CAPID0_A bit 23)"),
			table);
	if (capid == TRI_YES)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but the host bridge says that this CPU "
			  "has VT-d (CAPID0_A bit 23 is clear)"),
			table);
	if (hardware)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but the IOMMU hardware is there: %s"),
			table, check_describe(input->arena, hardware));
	if (zen(machine) == TRI_YES)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but every Ryzen and EPYC CPU has an "
			  "IOMMU: firmware switched it off"),
			table);
	return check_result(input, FINDING_FAIL, "off-or-unsupported",
		_("ACPI has no %s table; nothing here tells whether firmware switched "
		  "it off or the hardware has none"),
		table);
}

static struct check_result judge_present(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->dmar_table.presence == PRESENCE_PRESENT)
		return check_result(input, FINDING_PASS, "on",
			_("ACPI table DMAR is there, with %zu remapping units, flags "
			  "0x%02x"),
			acpi->dmar.n_drhds, acpi->dmar.flags);
	return check_result(input, FINDING_PASS, "on",
		_("ACPI table IVRS is there, with %zu IVHD blocks"), acpi->ivrs.n_types);
}

static const struct pci_function *enabled_iommu_function(const struct machine *machine)
{
	for (size_t i = 0; i < machine->pci.n_functions; i++)
		if (machine->pci.functions[i].iommu_enabled == TRI_YES)
			return &machine->pci.functions[i];
	return NULL;
}

/* No table could be read, but what runs, or what is programmed, shows the IOMMU. */
static struct check_result judge_unread(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const struct pci_function *function = enabled_iommu_function(machine);

	if (machine->iommu.n_units)
		return check_result(input, FINDING_PASS, "on",
			_("the kernel runs %zu IOMMU units (/sys/class/iommu/%s)"),
			machine->iommu.n_units, machine->iommu.units[0].name);
	if (machine->iommu.n_groups)
		return check_result(input, FINDING_PASS, "on",
			_("the kernel has %zu IOMMU groups"), machine->iommu.n_groups);
	if (function)
		return check_result(input, FINDING_PASS, "on",
			_("the IOMMU function %s is enabled (capability 0Fh)"),
			function->slot);
	if (machine->acpi.dmar_table.hidden || machine->acpi.ivrs_table.hidden)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table %s is there, but only root may read it"),
			machine->acpi.dmar_table.hidden ? "DMAR" : "IVRS");
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("neither the ACPI tables nor /sys/class/iommu were recorded"));
}

static bool is_xen(const struct machine *machine)
{
	return (machine->system.hypervisor &&
		       strcmp(machine->system.hypervisor, "xen") == 0) ||
		kernel_log_find(&machine->log, "Booting paravirtualized kernel on Xen") ||
		kernel_log_find(&machine->log, "Booting kernel on Xen");
}

static struct check_result run_iommu_firmware(const struct check_input *input)
{
	const struct machine *machine = input->machine;

	switch (table_offered(machine)) {
	case TRI_YES:
		return judge_present(input);
	case TRI_UNKNOWN:
		return judge_unread(input);
	default:
		break;
	}
	if (is_xen(machine))
		return check_result(input, FINDING_UNKNOWN, "hidden",
			_("the system runs under Xen, which hides the ACPI table from "
			  "it"));
	return judge_absent(input);
}

static const char *advise_vtd(const struct machine *machine)
{
	const struct num model = machine->cpu.model;

	/* Sandy and Ivy Bridge: chipsets of the 6 and 7 series. */
	if (model.known && (model.value == 0x2a || model.value == 0x3a))
		return _("Switch VT-d on in the firmware setup. Many boards of this "
			 "generation have no such option: if it is missing after a "
			 "firmware update too, the board can't.");
	return _("Switch VT-d on in the firmware setup. It is another option than VT-x.");
}

static const char *advise_iommu_firmware(
	const struct check_input *input, const struct check_result *result)
{
	const char *answer = result->answer ? result->answer : "";

	if (strcmp(answer, "off") == 0)
		return check_is_amd(input->machine)
			? _("Switch the IOMMU on in the firmware setup; \"Auto\" means "
			    "off on many boards.")
			: advise_vtd(input->machine);
	if (strcmp(answer, "off-or-unsupported") == 0)
		return _("Look for the option in the firmware setup. If there is none, "
			 "look up in the data sheets of CPU and board whether they have "
			 "an IOMMU (VT-d, AMD-Vi); a firmware update may add the "
			 "option.");
	if (strcmp(answer, "unsupported") == 0)
		return _("No setting changes that: it takes another CPU that fits the "
			 "board, or another machine.");
	if (strcmp(answer, "virtual-machine") == 0)
		return _("Judge the real machine: boot it from the stick, or run "
			 "gpuhost on its own system.");
	if (strcmp(answer, "hidden") == 0)
		return _("Boot this machine without Xen and run it again.");
	return advice_read_as_root(input);
}

const struct check check_iommu_firmware = {
	.id = "iommu-firmware",
	.title = N_("Firmware offers the IOMMU (VT-d, AMD-Vi)"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_MACHINE,
	.run = run_iommu_firmware,
	.advice = advise_iommu_firmware,
	.menu = "iommu",
	.ref = "Intel VT-d specification 8.1; AMD IOMMU specification 5.2",
};
