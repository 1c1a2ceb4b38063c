/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ACPI tables of the real machines, by place in lists. */
#ifndef TESTS_UNIT_ACPI_FAKE_H
#define TESTS_UNIT_ACPI_FAKE_H

#include "fake.h"
#include "gpuhost/acpi.h"
#include "real_machines.h"

#define TABLES "sys/firmware/acpi/tables/"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const signatures[] = { "DMAR", "IVRS", "APIC", "FACP", "MCFG", "BGRT",
	"TPM2", "SRAT" };

static inline const struct acpi_table *table_of(const struct acpi *acpi, size_t i)
{
	const struct acpi_table *const tables[] = { &acpi->dmar_table, &acpi->ivrs_table,
		&acpi->madt_table, &acpi->facp_table, &acpi->mcfg_table,
		&acpi->bgrt_table, &acpi->tpm2_table, &acpi->srat_table };

	return tables[i];
}

#endif
