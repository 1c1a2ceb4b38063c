/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the topic files of this folder share: their records, and ways to say a result. */
#ifndef GPUHOST_CHECK_TOPICS_H
#define GPUHOST_CHECK_TOPICS_H

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/text.h"

/* processor.c */
extern const struct check check_cpu_virt, check_microcode, check_hugepage_1g,
	check_memory, check_cpu_topology;
/* iommu_firmware.c, iommu.c, remapping.c */
extern const struct check check_iommu_firmware, check_iommu_sane, check_iommu_active,
	check_iommu_width, check_interrupt_remapping, check_x2apic_optout;
/* firmware.c */
extern const struct check check_uefi_boot, check_csm_off, check_secure_boot,
	check_host_tpm, check_firmware_switches;
/* address_space.c, rebar.c */
extern const struct check check_above_4g, check_gpu_bars, check_rebar;
/* isolation.c, rmrr.c */
extern const struct check check_gpu_isolated, check_rmrr_free;
/* card.c, display.c, link.c */
extern const struct check check_gpu_present, check_gpu_reset, check_gpu_rom,
	check_gpu_driver, check_sriov, check_gpu_boot_display, check_gpu_link;
/* devices.c */
extern const struct check check_usb_controllers, check_nics;

/* A result with its evidence in printf form, translated by the caller. */
struct check_result check_result(const struct check_input *input,
	enum finding_status status, const char *answer, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Does the machine's vendor decide that one ACPI table is the one to ask? */
bool check_is_intel(const struct machine *machine);
bool check_is_amd(const struct machine *machine);

/* "0000:00:14.0 USB controller [8086:7ae0]" */
const char *check_describe(struct arena *arena, const struct pci_function *function);

/* Collects text pieces with ", " between them; NULL starts. */
const char *check_join(struct arena *arena, const char *list, const char *piece);

/* The present value of a firmware option, where Linux shows it; NULL: it doesn't. */
const char *check_switch_value(const struct machine *machine, const struct menu *menu);

/* Advice that many checks share. */
const char *advice_read_as_root(const struct check_input *input);

#endif
