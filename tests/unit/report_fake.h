/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines and judgements made by hand, for tests of the reports. */
#ifndef TESTS_UNIT_REPORT_FAKE_H
#define TESTS_UNIT_REPORT_FAKE_H

#include <stdio.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/report.h"

struct fake {
	struct arena *arena;
	struct machine machine;
	struct knowledge knowledge;
	struct gpu gpus[2];
	struct judgement judgement;
};

static const char *const fake_path[] = { "Advanced", "System Agent (SA) Configuration" };
static const char *const fake_rebar_path[] = { "Advanced", "PCI Subsystem Settings" };
static const struct menu fake_vtd = { .key = "iommu",
	.option = "VT-d",
	.value = "Enabled",
	.path = (const char **)fake_path,
	.n_path = 2,
	.confidence = CONFIDENCE_HIGH };
static const struct menu fake_rebar = { .key = "rebar",
	.option = "Re-Size BAR Support",
	.value = "Enabled",
	.path = (const char **)fake_rebar_path,
	.n_path = 2,
	.confidence = CONFIDENCE_LOW };

static const struct check fake_checks[] = {
	{ .id = "cpu-virt",
		.title = "The processor's virtualisation is switched on",
		.severity = SEVERITY_BLOCKER },
	{ .id = "iommu-firmware",
		.title = "The firmware offers an IOMMU",
		.severity = SEVERITY_BLOCKER },
	{ .id = "interrupt-remapping",
		.title = "The IOMMU can remap interrupts",
		.severity = SEVERITY_BLOCKER },
	{ .id = "iommu-active",
		.title = "The running kernel uses the IOMMU",
		.severity = SEVERITY_DEGRADED },
	{ .id = "above-4g",
		.title = "The firmware gives out addresses above 4 GiB",
		.severity = SEVERITY_DEGRADED },
	{ .id = "gpu-isolated",
		.title = "The GPU is alone in its IOMMU group",
		.severity = SEVERITY_BLOCKER,
		.each = EACH_GPU },
	{ .id = "gpu-link",
		.title = "The GPU's link is as wide as the slot and the card allow",
		.severity = SEVERITY_DEGRADED,
		.each = EACH_GPU },
	{ .id = "rebar",
		.title = "Resizable BAR is on",
		.severity = SEVERITY_INFO,
		.each = EACH_GPU },
	{ .id = "sriov", .title = "The GPU has SR-IOV", .each = EACH_GPU },
	{ .id = "gpu-driver", .title = "A driver holds the GPU", .each = EACH_GPU },
	{ .id = "host-tpm", .title = "The host has a TPM" },
};

static inline const struct check *fake_check(const char *id)
{
	for (size_t i = 0; i < sizeof(fake_checks) / sizeof(fake_checks[0]); i++)
		if (strcmp(fake_checks[i].id, id) == 0)
			return &fake_checks[i];
	return NULL;
}

static inline struct finding *fake_finding(struct fake *fake, const char *id,
	const char *subject, enum finding_status status)
{
	struct judgement *judgement = &fake->judgement;
	struct finding *finding;

	judgement->findings = arena_grow(fake->arena, judgement->findings,
		judgement->n_findings, sizeof(*finding));
	finding = &judgement->findings[judgement->n_findings++];
	*finding = (struct finding){
		.check = fake_check(id), .subject = subject, .status = status
	};
	return finding;
}

static inline struct pci_function *fake_function(struct fake *fake, unsigned bus,
	unsigned device, unsigned function, uint16_t class_code, const char *name)
{
	struct pci *pci = &fake->machine.pci;
	struct pci_function *f;

	pci->functions = arena_grow(
		fake->arena, pci->functions, pci->n_functions, sizeof(*f));
	f = &pci->functions[pci->n_functions++];
	*f = (struct pci_function){ .bus = (uint8_t)bus,
		.device = (uint8_t)device,
		.function = (uint8_t)function,
		.slot = arena_printf(
			fake->arena, "0000:%02x:%02x.%x", bus, device, function),
		.vendor_id = PCI_VENDOR_INTEL,
		.device_id = (uint16_t)(0xa700 + pci->n_functions),
		.class_code = class_code,
		.group = num_of(pci->n_functions),
		.in_group = TRI_YES,
		.driver_known = TRI_NO,
		.name = name };
	return f;
}

static inline void fake_bridge(struct pci_function *f, unsigned secondary)
{
	f->header_type = num_of(1);
	f->secondary_bus = num_of(secondary);
	f->driver_known = TRI_YES;
	f->driver = "pcieport";
	f->express.width = num_of(4);
	f->express.max_width = num_of(4);
}

static inline void fake_driver(struct pci_function *f, const char *driver)
{
	f->driver_known = TRI_YES;
	f->driver = driver;
}

static inline void fake_card(struct fake *fake, unsigned bus, unsigned group)
{
	struct pci_function *f = fake_function(
		fake, bus, 0, 0, PCI_CLASS_VGA, "NVIDIA GeForce RTX 4080");

	f->vendor_id = PCI_VENDOR_NVIDIA_GPU;
	f->device_id = 0x2704;
	f->subsystem_vendor = num_of(0x7377);
	f->subsystem_device = num_of(0x150a);
	f->group = num_of(group);
	f->express.width = num_of(8);
	f->express.max_width = num_of(16);
	fake_driver(f, "nouveau");
	f = fake_function(
		fake, bus, 0, 1, PCI_CLASS_AUDIO_HD, "NVIDIA High Definition Audio");
	f->vendor_id = PCI_VENDOR_NVIDIA_GPU;
	f->device_id = 0x22bb;
	f->group = num_of(group);
	fake_driver(f, "snd_hda_intel");
}

static inline void fake_pci(struct fake *fake, bool second_card)
{
	struct pci_function *f;

	fake->machine.pci.known = TRI_YES;
	fake_function(fake, 0, 0, 0, PCI_CLASS_HOST_BRIDGE, NULL);
	f = fake_function(fake, 0, 1, 0, PCI_CLASS_PCI_BRIDGE,
		"Intel Raptor Lake PCI Express 5.0 Graphics Port (PEG010)");
	fake_bridge(f, 1);
	f->express.width = num_of(8);
	f->express.max_width = num_of(16);
	fake_driver(fake_function(fake, 0, 2, 0, PCI_CLASS_VGA,
			    "Intel Raptor Lake-S GT1 [UHD Graphics 770]"),
		"i915");
	fake_driver(
		fake_function(fake, 0, 0x14, 0, PCI_CLASS_USB, "Intel xHCI"), "xhci_hcd");
	f = fake_function(fake, 0, 0x1a, 0, PCI_CLASS_PCI_BRIDGE, "Intel Root Port #25");
	fake_bridge(f, 2);
	f = fake_function(fake, 0, 0x1c, 0, PCI_CLASS_PCI_BRIDGE, "Intel Root Port #1");
	fake_bridge(f, 3);
	fake_card(fake, 1, 15);
	fake_driver(fake_function(fake, 2, 0, 0, 0x0108, "Samsung 990 PRO"), "nvme");
	f = fake_function(fake, 3, 0, 0, 0x0200, NULL);
	f->group.known = false;
	f->in_group = TRI_UNKNOWN;
	f->driver_known = TRI_UNKNOWN;
	if (second_card)
		fake_card(fake, 4, 20);
}

static inline void fake_gpu(struct fake *fake, size_t i, const char *slot)
{
	struct gpu *gpu = &fake->gpus[i];
	const struct pci *pci = &fake->machine.pci;
	struct iommu_group *group = arena_alloc(fake->arena, sizeof(*group));

	*gpu = (struct gpu){ .name = "NVIDIA GeForce RTX 4080", .group = group };
	gpu->functions = arena_alloc(fake->arena, 2 * sizeof(*gpu->functions));
	for (size_t f = 0; f < pci->n_functions; f++)
		if (strncmp(pci->functions[f].slot, slot, 10) == 0)
			gpu->functions[gpu->n_functions++] = &pci->functions[f];
	gpu->display = gpu->functions[0];
	group->id = (unsigned)gpu->display->group.value;
	fake->judgement.gpus = fake->gpus;
	fake->judgement.n_gpus = i + 1;
	if (i == 0)
		fake->judgement.chosen = gpu;
}

/* The gaming PC: i9-13900K on an ASUS Z790 board with an RTX 4080. No findings yet. */
static inline struct fake *fake_new(struct arena *arena, bool second_card)
{
	struct fake *fake = arena_alloc(arena, sizeof(*fake));

	fake->arena = arena;
	fake->machine.system.dmi = (struct dmi){ .board_vendor = "ASUSTeK COMPUTER INC.",
		.board_name = "ROG STRIX Z790-E GAMING WIFI",
		.bios_version = "0813",
		.bios_date = "10/12/2022" };
	fake->machine.system.uefi = TRI_YES;
	fake->machine.cpu.vendor = CPU_VENDOR_INTEL;
	fake->machine.cpu.vendor_string = "GenuineIntel";
	fake->machine.cpu.brand = "13th Gen Intel(R) Core(TM) i9-13900K";
	fake->machine.made_by = "gpuhost 0.1.0";
	fake->knowledge.board = (struct board){ .vendor = "ASUS",
		.setup_key = "Del or F2" };
	fake->judgement.machine = &fake->machine;
	fake->judgement.knowledge = &fake->knowledge;
	fake_pci(fake, second_card);
	fake_gpu(fake, 0, "0000:01:00");
	if (second_card)
		fake_gpu(fake, 1, "0000:04:00");
	return fake;
}

/* Findings of the GPU at that slot. */
static inline void fake_gpu_findings(struct fake *fake, const char *slot)
{
	struct finding *f = fake_finding(fake, "gpu-isolated", slot, FINDING_SKIP);

	f->evidence = "Needs iommu-active to pass first.";
	f = fake_finding(fake, "gpu-link", slot, FINDING_FAIL);
	f->evidence = "The link runs at x8; the card and the port 0000:00:01.0 could do "
		      "x16 (LnkSta, LnkCap).";
	f->advice =
		"Look whether an M.2 drive or a second card takes lanes of this slot.";
	f = fake_finding(fake, "rebar", slot, FINDING_FAIL);
	f->answer = "off";
	f->evidence = "BAR1 has 256 MiB of 16 GiB.";
	f->menu = &fake_rebar;
	fake_finding(fake, "sriov", slot, FINDING_NA)->evidence =
		"The card has no SR-IOV capability.";
	fake_finding(fake, "gpu-driver", slot, FINDING_PASS)->evidence =
		"nouveau holds 0000:01:00.0, snd_hda_intel holds 0000:01:00.1.";
}

/* Not ready: VT-d is off, and more. */
static inline void fake_findings(struct fake *fake)
{
	struct finding *f;

	fake->judgement.verdict = VERDICT_NOT_READY;
	f = fake_finding(fake, "cpu-virt", "machine", FINDING_UNKNOWN);
	f->evidence =
		"CPUID has VMX; whether the firmware locked it is in MSR 3Ah, which "
		"was not read (EPERM).";
	f->advice = "Run gpuhost as root, after `modprobe msr`.";
	f = fake_finding(fake, "iommu-firmware", "machine", FINDING_FAIL);
	f->answer = "off";
	f->evidence = "No DMAR among the ACPI tables; the host bridge 8086:a700 says in "
		      "CAPID0_A that it has VT-d, so it is switched off.";
	f->menu = &fake_vtd;
	f->menu_value = "Disabled";
	f->advice =
		"Switch VT-d on in the firmware's setup, and start the machine again.";
	f = fake_finding(fake, "interrupt-remapping", "machine", FINDING_SKIP);
	f->evidence = "Needs iommu-firmware to pass first.";
	f = fake_finding(fake, "iommu-active", "machine", FINDING_FAIL);
	f->evidence = "/sys/kernel/iommu_groups is empty.";
	f->menu = &fake_vtd;
	f->advice =
		"Switch VT-d on in the firmware's setup, and start the machine again.";
	f = fake_finding(fake, "above-4g", "machine", FINDING_UNKNOWN);
	f->evidence = "/proc/iomem shows no addresses without root.";
	f->advice = "Run gpuhost as root, after `modprobe msr`.";
	for (size_t i = 0; i < fake->judgement.n_gpus; i++)
		fake_gpu_findings(fake, fake->gpus[i].display->slot);
	f = fake_finding(fake, "host-tpm", "machine", FINDING_PASS);
	f->answer = "2.0";
	f->evidence = "ACPI table TPM2.";
}

static inline char *fake_text(struct arena *arena, const struct judgement *judgement,
	const struct report_options *options,
	void (*report)(const struct judgement *, const struct report_options *, FILE *))
{
	char *buffer = NULL, *copy;
	size_t size = 0;
	FILE *stream = open_memstream(&buffer, &size);

	report(judgement, options, stream);
	fclose(stream);
	copy = arena_strndup(arena, buffer, size);
	free(buffer);
	return copy;
}

#endif
