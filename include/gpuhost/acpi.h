/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware's ACPI tables, as far as passthrough depends on them. Tables may lie: each
 * keeps what is wrong with it as a sentence. Sources: Intel VT-d specification 8.1-8.3;
 * AMD IOMMU specification 5.2; ACPI 6.5 chapter 5. */
#ifndef GPUHOST_ACPI_H
#define GPUHOST_ACPI_H

#include <stddef.h>
#include <stdint.h>

#include "gpuhost/bytes.h"
#include "gpuhost/record.h"
#include "gpuhost/tri.h"

struct arena;

enum {
	DMAR_INTR_REMAP = 1 << 0,
	DMAR_X2APIC_OPT_OUT = 1 << 1,
	DMAR_PLATFORM_OPT_IN = 1 << 2,
};

enum dmar_scope_type {
	SCOPE_ENDPOINT = 1,
	SCOPE_BRIDGE = 2,
	SCOPE_IOAPIC = 3,
	SCOPE_HPET = 4,
	SCOPE_NAMESPACE = 5,
};

struct dmar_scope {
	uint8_t type;
	uint8_t enumeration_id;
	uint8_t start_bus; /* bus the path starts on; may be above 0 */
	uint8_t n_path;
	const uint8_t *path; /* n_path pairs of device and function number */
};

struct dmar_drhd {
	uint16_t segment;
	uint64_t base; /* register base; 0 is a firmware bug */
	bool include_all;
	struct dmar_scope *scopes;
	size_t n_scopes;
};

struct dmar_rmrr {
	uint16_t segment;
	uint64_t base, limit; /* both inclusive */
	struct dmar_scope *scopes;
	size_t n_scopes;
};

struct dmar {
	uint8_t address_width; /* bits */
	uint8_t flags;
	struct dmar_drhd *drhds;
	size_t n_drhds;
	struct dmar_rmrr *rmrrs;
	size_t n_rmrrs;
};

struct ivrs_ioapic {
	uint8_t type; /* of the IVHD block that names it */
	uint8_t handle; /* IOAPIC id */
	uint16_t device_id; /* bus << 8 | device << 3 | function */
};

struct ivrs {
	uint32_t info; /* IVinfo: bit 0 EFRSup, bit 1 DMA protection, 8-14 PAsize, 15-21
			  VAsize */
	uint8_t types[16]; /* types of the IVHD blocks, in order */
	size_t n_types;
	struct ivrs_ioapic *ioapics; /* of the IVHD type that Linux goes by */
	size_t n_ioapics;
	size_t n_ivmds; /* memory reservations */
};

struct madt {
	uint8_t *ioapic_ids;
	size_t n_ioapics;
	size_t n_cpus; /* enabled processors */
};

/* One table: was it there, and what is wrong with it. */
struct acpi_table {
	enum presence presence;
	struct bytes data;
	const char *oem_id; /* NULL unless readable */
	enum tri sane; /* length and checksum hold; no: see problem */
	const char *problem; /* translated sentence, or NULL */
	bool hidden; /* it is there, but could not be read for lack of permission */
};

struct acpi {
	struct acpi_table dmar_table, ivrs_table, madt_table, facp_table, mcfg_table,
		bgrt_table, tpm2_table, srat_table;
	struct dmar dmar; /* valid as far as its table is readable */
	struct ivrs ivrs;
	struct madt madt;
	struct num pm_profile; /* FACP: 1 desktop, 2 mobile, 3 workstation, 4 enterprise
				  server, ... */
	struct num numa_domains; /* SRAT: distinct proximity domains with memory */
};

void acpi_read(const struct record *record, struct arena *arena, struct acpi *ret);

/* For the fuzzers and acpi_read: any bytes at any length. The problem is the first one
 * met; what comes before it is decoded. Returns NULL if the table is sound. */
const char *dmar_decode(struct bytes table, struct arena *arena, struct dmar *ret);
const char *ivrs_decode(struct bytes table, struct arena *arena, struct ivrs *ret);
const char *madt_decode(struct bytes table, struct arena *arena, struct madt *ret);

#endif
