/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine is: plain data, filled once from a record, const afterwards. What could
 * not be read is unknown; unreadable input is data, never an error. */
#ifndef GPUHOST_MACHINE_H
#define GPUHOST_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "gpuhost/acpi.h"
#include "gpuhost/cpu.h"
#include "gpuhost/pci.h"
#include "gpuhost/tri.h"

struct arena;
struct record;

/* DMI strings: NULL where unknown or empty. */
struct dmi {
	const char *board_vendor, *board_name, *product_name, *sys_vendor;
	const char *bios_vendor, *bios_version, *bios_date;
};

struct system {
	struct dmi dmi;
	enum tri uefi; /* booted through UEFI */
	enum tri secure_boot, setup_mode;
	struct num
		os_indications; /* OsIndicationsSupported; bit 0: boot to firmware UI */
	enum tri tpm;
	struct num tpm_version; /* 1 or 2 */
	const char *kernel; /* "6.12.0", or NULL */
	const char *command_line; /* redacted, or NULL */
	struct num memory; /* bytes, /proc/meminfo MemTotal */
	struct num hugepages_1g, hugepages_1g_free;
	const char *hypervisor; /* /sys/hypervisor/type ("xen"), or NULL */
	struct num euid; /* of the recording process */
};

struct reserved_region {
	uint64_t start, end; /* both inclusive */
	const char *type; /* "direct", "direct-relaxable", "msi", "reserved" */
};

struct iommu_group {
	unsigned id;
	const char *type; /* "DMA", "identity", ..., or NULL */
	enum tri regions_known;
	struct reserved_region *regions;
	size_t n_regions;
	const struct pci_function **members; /* PCI functions only */
	size_t n_members;
};

struct iommu_unit {
	const char *name; /* "dmar0", "ivhd0" */
	struct num cap, ecap; /* intel-iommu/{cap,ecap}; for AMD cap and features */
};

struct iommu {
	enum tri units_known; /* /sys/class/iommu was read */
	struct iommu_unit *units;
	size_t n_units;
	enum tri groups_known;
	struct iommu_group *groups; /* by id */
	size_t n_groups;
};

/* A host bridge's memory window, from /proc/iomem. */
struct host_window {
	const char *bus; /* "0000:00" */
	uint64_t start, end; /* both inclusive */
};

struct windows {
	enum tri known; /* /proc/iomem was read, with addresses in it (needs root) */
	struct host_window *list;
	size_t n;
	enum tri video_rom; /* "Video ROM" at 000c0000: the kernel found 55AA there */
};

struct partition {
	const char *name; /* "sda1" */
	struct num size; /* bytes */
	const char *type; /* libblkid TYPE ("vfat", "LVM2_member"), or NULL */
};

struct disk {
	const char *name; /* "nvme0n1" */
	const char *model; /* or NULL */
	struct num size; /* bytes */
	enum tri removable, rotational, read_only;
	const char *slot; /* PCI function it hangs on, or NULL */
	const char *type; /* libblkid TYPE or PTTYPE of the whole disk, or NULL */
	struct partition *partitions;
	size_t n_partitions;
};

struct nic {
	const char *name; /* "enp4s0" */
	const char *slot; /* PCI function, or NULL */
	const char *driver; /* or NULL */
	enum tri hardware; /* a device is behind it; unknown: that wasn't recorded */
	enum tri wireless, carrier;
	struct num speed; /* Mbit/s */
};

/* A firmware option that Linux shows below /sys/class/firmware-attributes. */
struct firmware_attribute {
	const char *driver; /* "dell-wmi-sysman", "thinklmi", "hp-bioscfg" */
	const char *name;
	const char *value; /* present value, or NULL where only root may read it */
	const char *possible; /* values separated by ';', or NULL */
};

struct kernel_log {
	enum tri known; /* recorded from its first line on */
	const char **lines; /* redacted, without prefixes */
	size_t n_lines;
};

struct machine {
	struct system system;
	struct cpu cpu;
	struct acpi acpi;
	struct pci pci;
	struct iommu iommu;
	struct windows windows;
	enum tri disks_known, nics_known;
	struct disk *disks;
	size_t n_disks;
	struct nic *nics;
	size_t n_nics;
	enum tri attributes_known; /* yes: a firmware driver is loaded, or surely none
				      exists */
	struct firmware_attribute *attributes;
	size_t n_attributes;
	struct kernel_log log;
	const char *made_by; /* of the capture, or NULL */
	bool live;
};

struct machine_options {
	bool names; /* look up every function's name (costs a read of pci.ids) */
};

/* Never NULL. */
const struct machine *machine_read(const struct record *record,
	const struct machine_options *options, struct arena *arena);

/* The parts, one file each. */
void system_read(const struct record *record, struct arena *arena, struct system *ret);
void iommu_read(const struct record *record, const struct pci *pci, struct arena *arena,
	struct iommu *ret);
void windows_read(const struct record *record, struct arena *arena, struct windows *ret);
void disks_read(const struct record *record, struct arena *arena, struct machine *ret);
void nics_read(const struct record *record, struct arena *arena, struct machine *ret);
void attributes_read(
	const struct record *record, struct arena *arena, struct machine *ret);
void kernel_log_read(
	const struct record *record, struct arena *arena, struct kernel_log *ret);

/* The group a function is in, or NULL. */
const struct iommu_group *iommu_group_of(
	const struct iommu *iommu, const struct pci_function *function);
/* The first kernel log line that holds `text`, or NULL. */
const char *kernel_log_find(const struct kernel_log *log, const char *text);
/* Does any word "name=a,b,option" of the kernel command line hold this option? */
bool command_line_has_option(const struct system *system, const char *name,
	const char *option, struct arena *arena);
/* The value of "name=value" or "" for a lone word on the kernel command line; NULL if it
 * is not there. The last one wins, as in the kernel. */
const char *command_line_get(
	const struct system *system, const char *name, struct arena *arena);

#endif
