/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's facts in words: board, firmware, processor, GPUs, where they come from.
 */
#include <ctype.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"

/* "B", "A B", or unknown. */
static const char *join(struct arena *arena, const char *a, const char *b)
{
	if (a && b && text_starts(b, a))
		a = NULL; /* "HP", "HP ProDesk" */
	if (a && b)
		return text_clean(arena, arena_printf(arena, "%s %s", a, b));
	if (a || b)
		return text_clean(arena, a ? a : b);
	return _("unknown");
}

const char *machine_board(struct arena *arena, const struct machine *machine)
{
	const struct dmi *dmi = &machine->system.dmi;

	if (dmi->board_name)
		return join(arena, dmi->board_vendor, dmi->board_name);
	if (dmi->product_name)
		return join(arena, dmi->sys_vendor, dmi->product_name);
	return join(arena, dmi->board_vendor ? dmi->board_vendor : dmi->sys_vendor, NULL);
}

/* DMI writes dates as month/day/year; people elsewhere would take that for something
 * else (SMBIOS 3.6, 7.1.1). */
static const char *iso_date(struct arena *arena, const char *date)
{
	static const char form[] = "dd/dd/dddd";

	if (strlen(date) != strlen(form))
		return date;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)date[i]) : date[i] != '/')
			return date;
	return arena_printf(arena, "%.4s-%.2s-%.2s", date + 6, date, date + 3);
}

const char *machine_bios(struct arena *arena, const struct machine *machine)
{
	const struct dmi *dmi = &machine->system.dmi;
	const char *date = dmi->bios_date ? iso_date(arena, dmi->bios_date) : NULL;

	if (!dmi->bios_version || !date)
		return join(arena, dmi->bios_version, date);
	return text_clean(arena, arena_printf(arena, "%s (%s)", dmi->bios_version, date));
}

const char *machine_cpu(struct arena *arena, const struct machine *machine)
{
	const struct cpu *cpu = &machine->cpu;

	return join(arena, cpu->brand ? NULL : cpu->vendor_string, cpu->brand);
}

const char *machine_boot(const struct machine *machine)
{
	switch (machine->system.uefi) {
	case TRI_YES:
		return _("UEFI");
	case TRI_NO:
		return _("legacy BIOS");
	case TRI_UNKNOWN:
		break;
	}
	return _("unknown");
}

const char *gpu_words(struct arena *arena, const struct gpu *gpu)
{
	const struct pci_function *display = gpu->display;
	const char *name = gpu->name ? gpu->name
				     : pci_class_name(arena, display->class_code);
	const char *id = arena_printf(
		arena, "[%04x:%04x]", display->vendor_id, display->device_id);
	/* A function that no database knows is named by its id already. */
	bool said = strstr(name, id) != NULL;
	const char *head = arena_printf(arena, "%s · %s%s%s", display->slot, name,
		said ? "" : " ", said ? "" : id);

	if (gpu->group)
		head = arena_printf(
			arena, _("%s · IOMMU group %u"), head, gpu->group->id);
	return text_clean(arena, head);
}

const char *gpu_words_of(struct arena *arena, const struct judgement *judgement, size_t i)
{
	const struct gpu *gpu = &judgement->gpus[i];
	const char *words = gpu_words(arena, gpu);

	if (judgement->n_gpus < 2)
		return words;
	if (gpu == judgement->chosen)
		return arena_printf(arena, _("%s (the verdict is for this one)"), words);
	return arena_printf(arena, _("%s (does not count)"), words);
}

const char *gpu_absent(const struct machine *machine)
{
	return machine->pci.known == TRI_YES ? _("no NVIDIA GPU") : _("unknown");
}

const char *machine_origin(struct arena *arena, const struct machine *machine)
{
	if (machine->live)
		return _("Judged: this machine, as it runs.");
	if (machine->made_by)
		return arena_printf(arena, _("Judged: a capture (source: %s)."),
			text_clean(arena, machine->made_by));
	return _("Judged: a capture.");
}

const struct gpu *finding_gpu(
	const struct judgement *judgement, const struct finding *finding)
{
	for (size_t i = 0; i < judgement->n_gpus; i++)
		if (strcmp(judgement->gpus[i].display->slot, finding->subject) == 0)
			return &judgement->gpus[i];
	return NULL;
}
