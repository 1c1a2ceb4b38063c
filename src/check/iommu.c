/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IOMMU that firmware offers: is its table sound, does the kernel use it, how wide is
 * it. */
#include "topics.h"

#include <string.h>

static struct check_result judge_table(const struct check_input *input, const char *name,
	const struct acpi_table *table, size_t units)
{
	if (table->sane == TRI_NO)
		return check_result(input, FINDING_FAIL, "firmware-bug",
			_("ACPI table %s: %s"), name,
			table->problem ? table->problem : "?");
	if (table->sane == TRI_YES && units == 0)
		return check_result(input, FINDING_FAIL, "firmware-bug",
			_("ACPI table %s names no IOMMU unit at all"), name);
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
		return judge_table(input, "IVRS", &acpi->ivrs_table, acpi->ivrs.n_types);
	for (size_t i = 0; i < acpi->dmar.n_drhds; i++)
		if (acpi->dmar.drhds[i].base == 0)
			return check_result(input, FINDING_FAIL, "firmware-bug",
				_("ACPI table DMAR: remapping unit %zu of %zu (DRHD) "
				  "has its registers at address 0"),
				i + 1, acpi->dmar.n_drhds);
	return judge_table(input, "DMAR", &acpi->dmar_table, acpi->dmar.n_drhds);
}

static const char *advise_iommu_sane(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("This is a fault of the firmware: update it, and tell the maker of the "
		 "board if the newest one has it too.");
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
			 "kernels need");
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
	if (check_is_amd(input->machine))
		return _("Firmware offers the IOMMU, but the kernel did not start it: "
			 "take amd_iommu=off or iommu=off off its command line, else "
			 "look for \"AMD-Vi\" in the kernel log.");
	return _("Firmware offers the IOMMU, but the kernel did not start it: start it "
		 "with intel_iommu=on iommu=pt and judge again. Proxmox VE's kernels "
		 "from 6.8 on do so by themselves.");
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
			  "does no harm, since the VM is given guest-phys-bits to match"),
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
