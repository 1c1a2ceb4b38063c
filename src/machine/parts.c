/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one list of what makes a machine. Recorder and readers rest on it; what is added
 * here is recorded from then on. Never in it: serial numbers, UUIDs, asset tags, hardware
 * addresses, resource0-5, rom, vpd.
 */
#include "parts.h"

#include <stddef.h>

#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c" /* UEFI 2.10, 3.3 */

static const struct item proc[] = {
	{ "cmdline", ITEM_TEXT },
	{ "version", ITEM_FILE },
	{ "cpuinfo", ITEM_FILE },
	{ "iomem", ITEM_FILE },
	{ "meminfo", ITEM_FILE },
	{ "modules", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item pci_function[] = {
	{ "config", ITEM_CONFIG },
	{ "resource", ITEM_FILE },
	{ "vendor", ITEM_FILE },
	{ "device", ITEM_FILE },
	{ "subsystem_vendor", ITEM_FILE },
	{ "subsystem_device", ITEM_FILE },
	{ "class", ITEM_FILE },
	{ "revision", ITEM_FILE },
	{ "irq", ITEM_FILE },
	{ "numa_node", ITEM_FILE },
	{ "boot_vga", ITEM_FILE },
	{ "reset_method", ITEM_FILE },
	{ "current_link_speed", ITEM_FILE },
	{ "current_link_width", ITEM_FILE },
	{ "max_link_speed", ITEM_FILE },
	{ "max_link_width", ITEM_FILE },
	{ "sriov_totalvfs", ITEM_FILE },
	{ "sriov_numvfs", ITEM_FILE },
	{ "resource0_resize", ITEM_FILE },
	{ "resource1_resize", ITEM_FILE },
	{ "resource2_resize", ITEM_FILE },
	{ "resource3_resize", ITEM_FILE },
	{ "resource4_resize", ITEM_FILE },
	{ "resource5_resize", ITEM_FILE },
	{ "d3cold_allowed", ITEM_FILE },
	{ "power_state", ITEM_FILE },
	{ "power/control", ITEM_FILE },
	{ "enable", ITEM_FILE },
	{ "ari_enabled", ITEM_FILE },
	{ "driver_override", ITEM_FILE },
	{ "label", ITEM_FILE },
	{ "local_cpulist", ITEM_FILE },
	{ "modalias", ITEM_FILE },
	{ "driver", ITEM_LINK },
	{ "iommu_group", ITEM_LINK },
	{ "physfn", ITEM_LINK },
	{ NULL, 0 },
};

static const struct item iommu_group[] = {
	{ "type", ITEM_FILE },
	{ "name", ITEM_FILE },
	{ "reserved_regions", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item iommu_unit[] = {
	{ "intel-iommu/cap", ITEM_FILE },
	{ "intel-iommu/ecap", ITEM_FILE },
	{ "intel-iommu/version", ITEM_FILE },
	{ "intel-iommu/address", ITEM_FILE },
	{ "amd-iommu/cap", ITEM_FILE },
	{ "amd-iommu/features", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item all_files[] = { { "*", ITEM_FILES }, { NULL, 0 } };
static const struct item all_links[] = { { "*", ITEM_LINKS }, { NULL, 0 } };

static const struct item hypervisor[] = { { "type", ITEM_FILE }, { NULL, 0 } };
static const struct item efi[] = { { "efi", ITEM_DIR }, { NULL, 0 } };

static const struct item efi_files[] = {
	{ "fw_platform_size", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item efi_variables[] = {
	{ "SecureBoot" EFI_GLOBAL, ITEM_FILE },
	{ "SetupMode" EFI_GLOBAL, ITEM_FILE },
	{ "OsIndications" EFI_GLOBAL, ITEM_FILE },
	{ "OsIndicationsSupported" EFI_GLOBAL, ITEM_FILE },
	{ NULL, 0 },
};

static const struct item dmi[] = {
	{ "bios_date", ITEM_FILE },
	{ "bios_release", ITEM_FILE },
	{ "bios_vendor", ITEM_FILE },
	{ "bios_version", ITEM_FILE },
	{ "board_name", ITEM_FILE },
	{ "board_vendor", ITEM_FILE },
	{ "board_version", ITEM_FILE },
	{ "chassis_type", ITEM_FILE },
	{ "product_family", ITEM_FILE },
	{ "product_name", ITEM_FILE },
	{ "product_version", ITEM_FILE },
	{ "sys_vendor", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item firmware_attribute[] = {
	{ "current_value", ITEM_FILE },
	{ "default_value", ITEM_FILE },
	{ "display_name", ITEM_FILE },
	{ "possible_values", ITEM_FILE },
	{ "type", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item firmware_modules[] = {
	{ "dell_wmi_sysman", ITEM_DIR },
	{ "think_lmi", ITEM_DIR },
	{ "hp_bioscfg", ITEM_DIR },
	{ NULL, 0 },
};

static const struct item tpm[] = { { "tpm_version_major", ITEM_FILE }, { NULL, 0 } };

static const struct item nic[] = {
	{ "type", ITEM_FILE },
	{ "carrier", ITEM_FILE },
	{ "operstate", ITEM_FILE },
	{ "speed", ITEM_FILE },
	{ "mtu", ITEM_FILE },
	{ "device", ITEM_LINK },
	{ "wireless", ITEM_DIR },
	{ NULL, 0 },
};

static const struct item disk[] = {
	{ "size", ITEM_FILE },
	{ "removable", ITEM_FILE },
	{ "ro", ITEM_FILE },
	{ "queue/rotational", ITEM_FILE },
	{ "queue/logical_block_size", ITEM_FILE },
	{ "device/model", ITEM_FILE },
	{ "device/vendor", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item partition[] = {
	{ "partition", ITEM_FILE },
	{ "size", ITEM_FILE },
	{ "start", ITEM_FILE },
	{ "ro", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item cpus[] = {
	{ "online", ITEM_FILE },
	{ "present", ITEM_FILE },
	{ "possible", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item cpu_thread[] = {
	{ "online", ITEM_FILE },
	{ "topology/core_id", ITEM_FILE },
	{ "topology/physical_package_id", ITEM_FILE },
	{ "topology/die_id", ITEM_FILE },
	{ "topology/core_cpus_list", ITEM_FILE },
	{ "topology/thread_siblings_list", ITEM_FILE },
	{ "microcode/version", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item cpu_cache[] = {
	{ "level", ITEM_FILE },
	{ "type", ITEM_FILE },
	{ "size", ITEM_FILE },
	{ "id", ITEM_FILE },
	{ "shared_cpu_list", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item cpu_kind[] = { { "cpus", ITEM_FILE }, { NULL, 0 } };
static const struct item nodes[] = { { "online", ITEM_FILE }, { NULL, 0 } };
static const struct item node[] = { { "cpulist", ITEM_FILE }, { NULL, 0 } };

static const struct item hugepages[] = {
	{ "nr_hugepages", ITEM_FILE },
	{ "free_hugepages", ITEM_FILE },
	{ NULL, 0 },
};

static const struct item connector[] = {
	{ "status", ITEM_FILE },
	{ "enabled", ITEM_FILE },
	{ NULL, 0 },
};

#define TABLES "sys/firmware/acpi/tables"
#define PCI "sys/bus/pci/devices"
#define GROUPS "sys/kernel/iommu_groups"
#define ATTRIBUTES "sys/class/firmware-attributes"
#define CPU "sys/devices/system/cpu"
#define NODE "sys/devices/system/node"
#define HUGE "sys/kernel/mm/hugepages/hugepages-1048576kB"
#define EFIVARS "sys/firmware/efi/efivars"

const struct part machine_parts[] = {
	{ NULL, "proc", proc, NULL, NULL },
	{ PCI, PCI "/*", pci_function, NULL, NULL },
	{ GROUPS, GROUPS "/*", iommu_group, NULL, NULL },
	{ GROUPS, GROUPS "/*/devices", all_links, NULL, NULL },
	{ "sys/class/iommu", "sys/class/iommu/*", iommu_unit, NULL, NULL },
	{ TABLES, TABLES, all_files, NULL, TABLES "/FACP" },
	{ NULL, "sys/hypervisor", hypervisor, NULL, NULL },
	{ NULL, "sys/firmware", efi, NULL, NULL },
	{ NULL, "sys/firmware/efi", efi_files, NULL, NULL },
	{ NULL, EFIVARS, efi_variables, EFIVARS, NULL },
	{ NULL, "sys/class/dmi/id", dmi, NULL, NULL },
	{ ATTRIBUTES, ATTRIBUTES "/*/attributes/*", firmware_attribute, NULL, NULL },
	{ NULL, "sys/module", firmware_modules, NULL, NULL },
	{ "sys/class/tpm", "sys/class/tpm/tpm[0-9]*", tpm, NULL, NULL },
	{ "sys/class/net", "sys/class/net/*", nic, NULL, NULL },
	{ "sys/block", "sys/block/*", disk, NULL, NULL },
	{ "sys/block", "sys/block/*/&*", partition, NULL, NULL },
	{ CPU, CPU, cpus, NULL, NULL },
	{ CPU, CPU "/cpu[0-9]*", cpu_thread, NULL, NULL },
	{ CPU, CPU "/cpu[0-9]*/cache/index[0-9]*", cpu_cache, NULL, NULL },
	{ NULL, "sys/devices/cpu_core", cpu_kind, NULL, NULL },
	{ NULL, "sys/devices/cpu_atom", cpu_kind, NULL, NULL },
	{ NODE, NODE, nodes, NULL, NULL },
	{ NODE, NODE "/node[0-9]*", node, NULL, NULL },
	{ HUGE, HUGE, hugepages, NULL, NULL },
	{ "sys/class/drm", "sys/class/drm/*-*", connector, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};
