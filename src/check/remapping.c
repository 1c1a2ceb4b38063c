/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupt remapping, without which vfio refuses (or guests could forge interrupts). */
#include "topics.h"

/* The southbridge's IOAPIC: without it Linux turns remapping off (AMD IOMMU driver). */
enum {
	SOUTHBRIDGE_IOAPIC = 0x00a0 /* 00:14.0 */
};

enum {
	ECAP_IR = 1 << 3
};

/* The unit whose extended capability register denies it, or is unknown; NULL: all offer
 * it. */
static const struct iommu_unit *doubtful_unit(const struct machine *machine)
{
	const struct iommu_unit *unread = NULL;

	for (size_t i = 0; i < machine->iommu.n_units; i++) {
		const struct iommu_unit *unit = &machine->iommu.units[i];

		if (unit->name[0] != 'd')
			continue; /* "dmar0" */
		if (unit->ecap.known && !(unit->ecap.value & ECAP_IR))
			return unit;
		if (!unit->ecap.known)
			unread = unit;
	}
	return unread;
}

static struct check_result judge_dmar(const struct check_input *input)
{
	const struct machine *machine = input->machine;
	const struct iommu_unit *doubtful = doubtful_unit(machine);

	if (machine->acpi.dmar_table.data.length < 48)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table DMAR could not be read"));
	if (!(machine->acpi.dmar.flags & DMAR_INTR_REMAP))
		return check_result(input, FINDING_FAIL, "not-offered",
			_("ACPI table DMAR does not offer it (flags 0x%02x, bit 0 "
			  "clear)"),
			machine->acpi.dmar.flags);
	if (doubtful && doubtful->ecap.known)
		return check_result(input, FINDING_FAIL, "denied",
			_("ACPI table DMAR offers it, but unit %s denies it (ECAP bit 3 "
			  "clear)"),
			doubtful->name);
	if (doubtful)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table DMAR offers it, but the register of unit %s was "
			  "not recorded"),
			doubtful->name);
	return check_result(input, FINDING_PASS, "on",
		_("ACPI table DMAR offers it (flags 0x%02x)"), machine->acpi.dmar.flags);
}

static const struct ivrs_ioapic *find_ioapic(const struct ivrs *ivrs, uint8_t id)
{
	for (size_t i = 0; i < ivrs->n_ioapics; i++)
		if (ivrs->ioapics[i].handle == id)
			return &ivrs->ioapics[i];
	return NULL;
}

static bool ivrs_has_southbridge(const struct ivrs *ivrs)
{
	for (size_t i = 0; i < ivrs->n_ioapics; i++)
		if (ivrs->ioapics[i].device_id == SOUTHBRIDGE_IOAPIC)
			return true;
	return false;
}

/* As the kernel does it: each IOAPIC of the MADT must be named, and one of them be the
 * southbridge's. */
static struct check_result judge_ioapics(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;
	bool southbridge = false;

	for (size_t i = 0; i < acpi->madt.n_ioapics; i++) {
		const struct ivrs_ioapic *named = find_ioapic(
			&acpi->ivrs, acpi->madt.ioapic_ids[i]);

		if (!named)
			return check_result(input, FINDING_FAIL, "not-offered",
				_("ACPI table IVRS does not name IOAPIC %u of the MADT: "
				  "the kernel turns interrupt remapping off"),
				acpi->madt.ioapic_ids[i]);
		southbridge = southbridge || named->device_id == SOUTHBRIDGE_IOAPIC;
	}
	if (!southbridge)
		return check_result(input, FINDING_FAIL, "not-offered",
			_("no IOAPIC of the MADT is the one that ACPI table IVRS places "
			  "at 00:14.0: the kernel turns interrupt remapping off"));
	return check_result(input, FINDING_PASS, "on",
		_("ACPI table IVRS names all %zu IOAPICs, the one at 00:14.0 too"),
		acpi->madt.n_ioapics);
}

static struct check_result judge_ivrs(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->ivrs.n_types == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table IVRS could not be read"));
	if (!ivrs_has_southbridge(&acpi->ivrs))
		return check_result(input, FINDING_FAIL, "not-offered",
			_("ACPI table IVRS does not name the IOAPIC at 00:14.0: the "
			  "kernel turns interrupt remapping off"));
	if (acpi->madt_table.presence != PRESENCE_PRESENT || acpi->madt.n_ioapics == 0)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("ACPI table IVRS names the IOAPIC at 00:14.0, but without the "
			  "MADT nobody knows whether it names all"));
	return judge_ioapics(input);
}

/* The kernel's own words explain; they alone decide nothing. */
static struct check_result explain(
	const struct check_input *input, struct check_result result)
{
	static const char *const words[] = { "DMAR-IR: Enabled IRQ remapping",
		"AMD-Vi: Interrupt remapping enabled", "not in IVRS table",
		"Disabling interrupt remapping" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *line = kernel_log_find(&input->machine->log, words[i]);

		if (!line)
			continue;
		result.evidence = arena_printf(input->arena, _("%s; the kernel says: %s"),
			result.evidence, line);
		break;
	}
	return result;
}

static struct check_result run_interrupt_remapping(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->dmar_table.presence == PRESENCE_PRESENT)
		return explain(input, judge_dmar(input));
	if (acpi->ivrs_table.presence == PRESENCE_PRESENT)
		return explain(input, judge_ivrs(input));
	return explain(input,
		check_result(input, FINDING_UNKNOWN, NULL,
			_("the ACPI table that offers it was not recorded")));
}

static const char *advise_interrupt_remapping(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_UNKNOWN)
		return advice_read_as_root(input);
	return _("Look for \"Interrupt Remapping\" in the firmware setup and update the "
		 "firmware. Without it a guest could disturb the host; gpuhost does not "
		 "switch that protection off.");
}

const struct check check_interrupt_remapping = {
	.id = "interrupt-remapping",
	.title = N_("Interrupts can be remapped"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_MACHINE,
	.needs = "iommu-firmware",
	.run = run_interrupt_remapping,
	.advice = advise_interrupt_remapping,
	.menu = "interrupt-remapping",
	.ref = "Intel VT-d specification 8.1; Linux drivers/iommu/amd/init.c",
};

static struct check_result run_x2apic_optout(const struct check_input *input)
{
	const struct acpi *acpi = &input->machine->acpi;

	if (acpi->dmar_table.presence == PRESENCE_PRESENT &&
		acpi->dmar_table.data.length >= 48)
		return acpi->dmar.flags & DMAR_X2APIC_OPT_OUT
			? check_result(input, FINDING_FAIL, "opted-out",
				  _("firmware asks the kernel not to use x2APIC (DMAR "
				    "flags 0x%02x, bit 1)"),
				  acpi->dmar.flags)
			: check_result(input, FINDING_PASS, "allowed",
				  _("DMAR flags 0x%02x, bit 1 clear"), acpi->dmar.flags);
	if (acpi->dmar_table.presence == PRESENCE_ABSENT)
		return check_result(
			input, FINDING_NA, NULL, _("there is no ACPI table DMAR"));
	return check_result(
		input, FINDING_UNKNOWN, NULL, _("ACPI table DMAR was not recorded"));
}

const struct check check_x2apic_optout = {
	.id = "x2apic-optout",
	.title = N_("Firmware lets the kernel use x2APIC"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_x2apic_optout,
	.ref = "Intel VT-d specification 8.1",
};
