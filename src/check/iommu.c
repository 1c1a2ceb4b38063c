/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOMMU: does firmware offer it, are its tables sound, does the kernel use it. */
#include "topics.h"

#include <stdlib.h>
#include <string.h>

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

static struct check_result judge_absent(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const char *table = check_is_intel(machine) ? "DMAR"
		: check_is_amd(machine)		    ? "IVRS"
						    : "DMAR/IVRS";
	const struct pci_function *hardware = find_iommu_hardware(machine);
	enum tri capid = capid_offers(machine);

	if (machine->cpu.hypervisor == TRI_YES)
		return check_result(input, FINDING_FAIL, "virtual-machine",
			_("ACPI has no %s table: this is a virtual machine that is given "
			  "no "
			  "IOMMU"),
			table);
	if (capid == TRI_NO)
		return check_result(input, FINDING_FAIL, "unsupported",
			_("ACPI has no %s table, and the host bridge says that this CPU "
			  "has no "
			  "VT-d (CAPID0_A bit 23)"),
			table);
	if (capid == TRI_YES)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but the host bridge says that this CPU "
			  "has "
			  "VT-d (CAPID0_A bit 23 is clear)"),
			table);
	if (hardware)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but the IOMMU hardware is there: %s"),
			table, check_describe(input->arena, hardware));
	if (zen(machine) == TRI_YES)
		return check_result(input, FINDING_FAIL, "off",
			_("ACPI has no %s table, but every Ryzen and EPYC CPU has an "
			  "IOMMU: "
			  "firmware switched it off"),
			table);
	return check_result(input, FINDING_FAIL, "off-or-unsupported",
		_("ACPI has no %s table; nothing here tells whether firmware switched it "
		  "off or "
		  "the hardware has none"),
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
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("neither the ACPI tables nor /sys/class/iommu were recorded"));
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
	if (kernel_log_find(&machine->log, "Booting paravirtualized kernel on Xen"))
		return check_result(input, FINDING_UNKNOWN, "hidden",
			_("the system runs under Xen, which hides the ACPI table from "
			  "it"));
	return judge_absent(input);
}

static const char *advise_iommu_firmware(
	const struct check_input *input, const struct check_result *result)
{
	const char *answer = result->answer ? result->answer : "";

	if (strcmp(answer, "off") == 0)
		return check_is_amd(input->machine)
			? _("Switch the IOMMU on in the firmware setup; \"Auto\" means "
			    "off "
			    "on many boards.")
			: _("Switch VT-d on in the firmware setup. It is another option "
			    "than VT-x.");
	if (strcmp(answer, "off-or-unsupported") == 0)
		return _("Look for the option in the firmware setup. If there is none, "
			 "look up "
			 "in the data sheets of CPU and board whether they have an IOMMU "
			 "(VT-d, "
			 "AMD-Vi); a firmware update may add the option.");
	if (strcmp(answer, "unsupported") == 0)
		return _("This CPU can't pass a GPU through: take another one.");
	if (strcmp(answer, "virtual-machine") == 0)
		return _("Judge the real machine: boot it from the stick, or run gpuhost "
			 "on "
			 "its own system.");
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

static struct check_result judge_table(
	const struct check_input *input, const char *name, const struct acpi_table *table)
{
	if (table->sane == TRI_NO)
		return check_result(input, FINDING_FAIL, "firmware-bug",
			_("ACPI table %s: %s"), name,
			table->problem ? table->problem : "?");
	if (table->sane == TRI_YES)
		return check_result(input, FINDING_PASS, NULL,
			_("ACPI table %s: lengths and checksum hold"), name);
	return check_result(
		input, FINDING_UNKNOWN, NULL, _("ACPI table %s could not be read"), name);
}

static struct check_result run_iommu_sane(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->dmar_table.presence != PRESENCE_PRESENT &&
		acpi->ivrs_table.presence != PRESENCE_PRESENT)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the ACPI table was not recorded"));
	if (acpi->dmar_table.presence != PRESENCE_PRESENT)
		return judge_table(input, "IVRS", &acpi->ivrs_table);
	for (size_t i = 0; i < acpi->dmar.n_drhds; i++)
		if (acpi->dmar.drhds[i].base == 0)
			return check_result(input, FINDING_FAIL, "firmware-bug",
				_("ACPI table DMAR: remapping unit %zu of %zu (DRHD) has "
				  "its "
				  "registers at address 0"),
				i + 1, acpi->dmar.n_drhds);
	return judge_table(input, "DMAR", &acpi->dmar_table);
}

static const char *advise_iommu_sane(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("This is a fault of the firmware: update it, and tell the maker of the "
		 "board "
		 "if the newest one has it too.");
}

const struct check check_iommu_sane = {
	.id = "iommu-sane",
	.title = N_("The firmware's IOMMU table is sound"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_MACHINE,
	.needs = "iommu-firmware",
	.run = run_iommu_sane,
	.advice = advise_iommu_sane,
	.ref = "Intel VT-d specification 8.3; AMD IOMMU specification 5.2",
};

/* Why the running kernel may have left it off; NULL: nothing that we know. */
static const char *kernel_reason(const struct check_input *input)
{
	const struct system *system = &input->machine->system;
	static const char *const words[] = { "intel_iommu", "amd_iommu", "iommu" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *value = command_line_get(system, words[i], input->arena);

		if (value && strncmp(value, "off", 3) == 0)
			return arena_printf(input->arena,
				_("the kernel was started with %s=off"), words[i]);
	}
	if (check_is_intel(input->machine) && system->command_line &&
		!command_line_get(system, "intel_iommu", input->arena))
		return _("the kernel was started without intel_iommu=on, which many "
			 "kernels "
			 "need");
	return NULL;
}

static struct check_result run_iommu_active(const struct check_input *input)
{
	const struct iommu *iommu = &input->machine->iommu;
	const char *reason;

	if (iommu->n_groups)
		return check_result(input, FINDING_PASS, "on",
			_("the running kernel has %zu IOMMU groups"), iommu->n_groups);
	if (iommu->groups_known != TRI_YES)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("IOMMU groups were not recorded"));
	reason = kernel_reason(input);
	if (!reason)
		return check_result(input, FINDING_FAIL, "off",
			_("the running kernel has no IOMMU groups"));
	return check_result(input, FINDING_FAIL, "off",
		_("the running kernel has no IOMMU groups: %s"), reason);
}

static const char *advise_iommu_active(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Firmware is not at fault here: start the kernel with intel_iommu=on "
		 "iommu=pt "
		 "(Intel; AMD needs nothing) and judge again. Proxmox VE's kernels from "
		 "6.8 on "
		 "do so by themselves.");
}

const struct check check_iommu_active = {
	.id = "iommu-active",
	.title = N_("The running kernel uses the IOMMU"),
	.severity = SEVERITY_DEGRADED,
	.each = EACH_MACHINE,
	.needs = "iommu-firmware",
	.run = run_iommu_active,
	.advice = advise_iommu_active,
	.ref = "Proxmox VE Administration Guide, PCI(e) Passthrough",
};

/* Bits the narrowest IOMMU addresses. Intel: the DMAR's host address width, or MGAW of a
 * unit (CAP_REG bits 21:16 plus one). AMD: IVinfo PASize, bits 14:8. *ret_complete: no
 * unit that might be narrower is unknown. */
static struct num iommu_bits(const struct machine *machine, bool *ret_complete)
{
	const struct acpi *acpi = &machine->acpi;
	bool intel = acpi->dmar_table.presence == PRESENCE_PRESENT;
	struct num bits = { 0 };

	if (intel && acpi->dmar.address_width)
		bits = num_of(acpi->dmar.address_width);
	else if (acpi->ivrs_table.presence == PRESENCE_PRESENT && acpi->ivrs.n_types)
		bits = num_of(acpi->ivrs.info >> 8 & 0x7f);
	*ret_complete = bits.known && (!intel || machine->iommu.n_units);
	for (size_t i = 0; intel && i < machine->iommu.n_units; i++) {
		const struct iommu_unit *unit = &machine->iommu.units[i];
		uint64_t mgaw = (unit->cap.value >> 16 & 0x3f) + 1;

		if (!unit->cap.known)
			*ret_complete = false;
		else if (!bits.known || mgaw < bits.value)
			bits = num_of(mgaw);
	}
	return bits;
}

static struct check_result run_iommu_width(const struct check_input *input)
{
	bool complete;
	const struct num cpu = input->machine->cpu.physical_bits;
	const struct num iommu = iommu_bits(input->machine, &complete);

	if (cpu.known && iommu.known && iommu.value && iommu.value < cpu.value)
		return check_result(input, FINDING_FAIL, "narrower",
			_("the CPU addresses %u bits, the IOMMU %u; this is usual and "
			  "does no "
			  "harm, since the VM is given guest-phys-bits to match"),
			(unsigned)cpu.value, (unsigned)iommu.value);
	if (cpu.known && iommu.known && iommu.value && complete)
		return check_result(input, FINDING_PASS, "wide",
			_("the CPU addresses %u bits, the IOMMU %u"), (unsigned)cpu.value,
			(unsigned)iommu.value);
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("the address width of the CPU or the IOMMU was not recorded"));
}

const struct check check_iommu_width = {
	.id = "iommu-width",
	.title = N_("The IOMMU addresses as many bits as the CPU"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.needs = "iommu-firmware",
	.run = run_iommu_width,
	.ref = "Intel VT-d specification 11.4.2 (MGAW)",
};
