/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions as a machine shows them: identity, BARs, bridge windows, capabilities. */
#ifndef GPUHOST_PCI_H
#define GPUHOST_PCI_H

#include <stddef.h>
#include <stdint.h>

#include "gpuhost/bytes.h"
#include "gpuhost/tri.h"

struct arena;
struct record;

enum {
	PCI_VENDOR_AMD = 0x1022,
	PCI_VENDOR_ATI = 0x1002,
	PCI_VENDOR_INTEL = 0x8086,
	PCI_VENDOR_NVIDIA_GPU = 0x10de,

	PCI_CLASS_VGA = 0x0300,
	PCI_CLASS_3D = 0x0302,
	PCI_CLASS_DISPLAY_OTHER = 0x0380,
	PCI_CLASS_AUDIO_HD = 0x0403,
	PCI_CLASS_HOST_BRIDGE = 0x0600,
	PCI_CLASS_PCI_BRIDGE = 0x0604,
	PCI_CLASS_IOMMU_FUNCTION = 0x0806,
	PCI_CLASS_USB = 0x0c03,
};

enum {
	PCI_BARS = 6,
	PCI_REBARS = 6,
};

struct pci_bar {
	enum tri present; /* implemented */
	enum tri assigned; /* has an address */
	bool io;
	bool wide; /* 64-bit by its type bits */
	bool prefetchable;
	uint64_t start; /* valid where assigned */
	struct num size; /* bytes; config space alone doesn't tell */
};

/* A bridge's forwarding window. */
struct pci_window {
	enum tri open; /* limit >= base */
	uint64_t start, end; /* both inclusive, valid where open */
};

struct pci_express {
	enum tri present;
	uint8_t port_type; /* capability's device/port type: 0 endpoint, 1 legacy
			    * endpoint, 4 root port, 5 upstream, 6 downstream, 7
			    * PCIe-to-PCI bridge, 9 integrated endpoint */
	enum tri flr; /* DevCap bit 28 */
	enum tri ari; /* DevCap2 bit 5: ARI forwarding (ports) */
	struct num max_width,
		max_speed; /* LnkCap; speed is the code: 1 = 2.5 GT/s, 2 = 5, ... */
	struct num width, speed; /* LnkSta */
	struct num target_speed; /* LnkCtl2 */
	struct num slot; /* SltCap physical slot number, where one is implemented */
};

struct pci_acs {
	enum tri present;
	uint16_t capability, control; /* bits: 0 SV, 1 TB, 2 RR, 3 CR, 4 UF, 5 EC, 6 DT */
};

struct pci_rebar {
	uint8_t bar;
	uint64_t sizes; /* bit n: 2^n MiB is supported */
	struct num current; /* n of the present size, 2^n MiB */
};

struct pci_sriov {
	enum tri present;
	enum tri enabled;
	uint16_t total_vfs, num_vfs;
};

struct pci_function {
	uint32_t domain; /* Intel VMD makes domains beyond 16 bits (10000) */
	uint8_t bus, device, function;
	const char *slot; /* "0000:01:00.0" */
	uint16_t vendor_id, device_id;
	struct num subsystem_vendor, subsystem_device;
	uint16_t class_code; /* base class and subclass: 0x0300 */
	struct num programming_interface;
	struct num revision;
	struct num header_type; /* 0 device, 1 bridge, 2 CardBus; without the
				   multifunction bit */
	struct bytes config; /* what was read of it: 0, 64, 256 or 4096 bytes */
	enum tri responds; /* no: reads all ones (fallen off the bus, or D3cold) */
	struct pci_bar bar[PCI_BARS];

	/* bridges */
	struct num secondary_bus, subordinate_bus;
	struct pci_window memory, prefetchable;
	enum tri vga_routed; /* BridgeCtl VGA Enable */

	/* Capabilities. enum tri fields in them are unknown where config space was cut
	 * off. */
	struct pci_express express;
	struct pci_acs acs;
	size_t n_rebars;
	enum tri rebar_present;
	struct pci_rebar rebar[PCI_REBARS];
	struct pci_sriov sriov;
	enum tri pm_reset; /* PM capability's NoSoftRst is clear: D3hot resets */
	enum tri iommu_enabled; /* AMD IOMMU capability (0Fh): base-low bit 0 */
	struct num vendor_cap_e4; /* host bridges: dword E4h where E0h holds a vendor
				     capability */

	/* What Linux says of it. */
	enum tri driver_known; /* no: the kernel shows no driver; yes: `driver` is its
				  name */
	const char *driver;
	struct num group; /* IOMMU group */
	enum tri in_group; /* no: Linux shows that it is in none */
	enum tri virtual_function; /* it is one of SR-IOV's (physfn) */
	enum tri boot_vga;
	enum tri reset_known; /* as driver_known, for `reset_methods` ("flr bus") */
	const char *reset_methods;
	struct num numa_node;
	struct num link_width_max,
		link_width; /* sysfs max_link_width, current_link_width */
	const char *power_state;
	struct num rom_size; /* bytes, from the resource file; 0: no ROM BAR */
	/* What the recorder found in the option ROM, where it could read it without harm.
	 */
	enum tri rom_known;
	enum tri rom_uefi; /* an x64 UEFI image is in it */
	const char *rom_images; /* "x86, efi-x64" */
	const char *name; /* vendor and device in words, or NULL */
};

struct pci {
	enum tri known; /* yes: the list of functions is complete */
	struct pci_function *functions; /* in order of address */
	size_t n_functions;
	const char *problem; /* what made the list unreadable or incomplete, or NULL */
};

/* Names of all functions are looked up only if `names` is true (it costs a read of
 * pci.ids); else display functions alone get one. */
void pci_read(
	const struct record *record, bool names, struct arena *arena, struct pci *ret);

/* Decodes `config` into the fields above that config space tells, identity included.
 * Takes any bytes at any length; leaves everything alone below 64 bytes. */
void pci_decode(struct pci_function *function, struct bytes config);

/* The form of lspci -vv: fills what such text tells. Returns the number of functions
 * found. */
size_t pci_parse_lspci_text(struct bytes text, struct arena *arena, struct pci *ret);

const struct pci_function *pci_find(const struct pci *pci, const char *slot);
/* The bridge whose secondary bus the function is on, or NULL (on a root bus, or unknown).
 */
const struct pci_function *pci_parent(
	const struct pci *pci, const struct pci_function *function);
bool pci_same_slot(const struct pci_function *a, const struct pci_function *b);
bool pci_is_display(const struct pci_function *function);
/* "USB controller", "PCI bridge", ... translated; a class in hex where it has no name
 * here. */
const char *pci_class_name(struct arena *arena, uint16_t class_code);

#endif
