/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one ordered list of checks, and what their files share. */
#include "topics.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

/* What a check needs comes before it; otherwise the order in which a person would go. */
const struct check *const checks[] = {
	&check_cpu_virt,
	&check_iommu_firmware,
	&check_iommu_sane,
	&check_iommu_active,
	&check_interrupt_remapping,
	&check_uefi_boot,
	&check_csm_off,
	&check_above_4g,
	&check_gpu_present,
	&check_gpu_bars,
	&check_gpu_isolated,
	&check_rmrr_free,
	&check_gpu_reset,
	&check_gpu_boot_display,
	&check_gpu_link,
	&check_iommu_width,
	&check_rebar,
	&check_sriov,
	&check_gpu_rom,
	&check_gpu_driver,
	&check_x2apic_optout,
	&check_secure_boot,
	&check_host_tpm,
	&check_microcode,
	&check_hugepage_1g,
	&check_memory,
	&check_cpu_topology,
	&check_usb_controllers,
	&check_nics,
	&check_firmware_switches,
	NULL,
};

const struct check *check_by_id(const char *id)
{
	for (const struct check *const *check = checks; *check; check++)
		if (strcmp((*check)->id, id) == 0)
			return *check;
	return NULL;
}

struct check_result check_result(const struct check_input *input,
	enum finding_status status, const char *answer, const char *format, ...)
{
	struct check_result result = { .status = status, .answer = answer };
	va_list args;

	va_start(args, format);
	result.evidence = arena_vprintf(input->arena, format, args);
	va_end(args);
	return result;
}

bool check_is_intel(const struct machine *machine)
{
	return machine->cpu.vendor == CPU_VENDOR_INTEL;
}

bool check_is_amd(const struct machine *machine)
{
	return machine->cpu.vendor == CPU_VENDOR_AMD;
}

const char *check_describe(struct arena *arena, const struct pci_function *function)
{
	return arena_printf(arena, "%s %s [%04x:%04x]", function->slot,
		pci_class_name(arena, function->class_code), function->vendor_id,
		function->device_id);
}

const char *check_join(struct arena *arena, const char *list, const char *piece)
{
	return list ? arena_printf(arena, _("%s, %s"), list, piece) : piece;
}

/* Linux writes '!' for the '/' of a name, which can't stand in a file's name. */
static bool same_attribute(const char *shown, const char *name)
{
	for (; *shown && *name; shown++, name++) {
		char a = *shown == '!' ? '/' : *shown;

		if (tolower((unsigned char)a) != tolower((unsigned char)*name))
			return false;
	}
	return *shown == *name;
}

const char *check_switch_value(const struct machine *machine, const struct menu *menu)
{
	for (size_t i = 0; menu && menu->attribute && i < machine->n_attributes; i++)
		if (same_attribute(machine->attributes[i].name, menu->attribute))
			return machine->attributes[i].value;
	return NULL;
}

const char *advice_read_as_root(const struct check_input *input)
{
	const struct num euid = input->machine->system.euid;

	if (euid.known && euid.value != 0)
		return _("Run it again as root: a normal user may not read this.");
	if (euid.known)
		return _(
			"This system doesn't show it, to root either; gpuhost's boot image "
			"may.");
	return _("Let the owner run \"gpuhost capture\" as root on that machine and "
		 "judge the capture: what was handed in doesn't hold this.");
}
