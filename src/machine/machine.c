/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a machine together from its record. */
#include "gpuhost/machine.h"

#include "gpuhost/arena.h"
#include "gpuhost/record.h"

const struct machine *machine_read(const struct record *record,
	const struct machine_options *options, struct arena *arena)
{
	struct machine *machine = arena_alloc(arena, sizeof(*machine));

	system_read(record, arena, &machine->system);
	cpu_read(record, arena, &machine->cpu);
	acpi_read(record, arena, &machine->acpi);
	pci_read(record, options && options->names, arena, &machine->pci);
	iommu_read(record, &machine->pci, arena, &machine->iommu);
	windows_read(record, arena, &machine->windows);
	disks_read(record, arena, machine);
	nics_read(record, arena, machine);
	attributes_read(record, arena, machine);
	kernel_log_read(record, arena, &machine->log);
	machine->made_by = record->made_by;
	machine->live = record->live_root;
	return machine;
}
