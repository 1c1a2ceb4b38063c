/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities in config space (PCI Express Base 5.0 chapter 7). */
#include "pci_parts.h"

enum {
	CAP_PM = 0x01,
	CAP_VENDOR = 0x09,
	CAP_SECURE_DEVICE = 0x0f, /* AMD IOMMU specification 3.1.1 */
	CAP_EXPRESS = 0x10,
	EXT_ACS = 0x0d,
	EXT_SRIOV = 0x10,
	EXT_REBAR = 0x15,
	EXT_FIRST = 0x100,
	STATUS_CAPABILITIES = 1 << 4,
};

/* Where a capability is; `state` is unknown where the list was cut off or broken before
 * it showed up. */
struct found {
	enum tri state;
	size_t at;
};

/* Visits each place at most once, so that loops end. */
struct walk {
	uint8_t seen[PCI_CONFIG_WHOLE / 4 / 8];
};

static bool visit(struct walk *walk, size_t at)
{
	size_t word = at / 4;
	uint8_t bit = (uint8_t)(1u << word % 8);

	if (walk->seen[word / 8] & bit)
		return false;
	walk->seen[word / 8] |= bit;
	return true;
}

static struct found find_plain(struct bytes config, uint64_t header_type, uint8_t id)
{
	struct walk walk = { 0 };
	size_t at;

	if (!(bytes_u16(config, 0x06) & STATUS_CAPABILITIES))
		return (struct found){ .state = TRI_NO };
	at = bytes_u8(config, header_type == 2 ? 0x14 : 0x34) & ~3u;
	while (at) {
		if (at < PCI_CONFIG_HEADER || !bytes_has(config, at, 4) ||
			!visit(&walk, at) || bytes_u8(config, at) == 0xff)
			return (struct found){ .state = TRI_UNKNOWN };
		if (bytes_u8(config, at) == id)
			return (struct found){ .state = TRI_YES, .at = at };
		at = bytes_u8(config, at + 1) & ~3u;
	}
	return (struct found){ .state = TRI_NO };
}

static struct found find_extended(
	const struct pci_function *f, struct bytes config, uint16_t id)
{
	struct walk walk = { 0 };
	size_t at = EXT_FIRST;

	if (f->express.present == TRI_NO)
		return (struct found){ .state = TRI_NO }; /* conventional PCI */
	while (at) {
		uint32_t header = bytes_u32(config, at);

		if (at < EXT_FIRST || !bytes_has(config, at, 4) || !visit(&walk, at))
			return (struct found){ .state = TRI_UNKNOWN };
		if (header == 0 && at == EXT_FIRST)
			break; /* none */
		if (header == UINT32_MAX)
			return (struct found){ .state = at == EXT_FIRST ? TRI_NO
									: TRI_UNKNOWN };
		if ((header & 0xffff) == id)
			return (struct found){ .state = TRI_YES, .at = at };
		at = header >> 20 & ~3u;
	}
	return (struct found){ .state = TRI_NO };
}

static void decode_pm(struct pci_function *f, struct bytes config)
{
	struct found cap = find_plain(config, f->header_type.value, CAP_PM);

	f->pm_reset = cap.state;
	if (cap.state != TRI_YES)
		return;
	/* PMCSR bit 3, No_Soft_Reset: leaving D3hot keeps the state. */
	f->pm_reset = bytes_has(config, cap.at + 4, 2)
		? tri_of(!(bytes_u16(config, cap.at + 4) & 1 << 3))
		: TRI_UNKNOWN;
}

static struct num nonzero(uint64_t value)
{
	return value ? num_of(value) : (struct num){ 0 };
}

static void decode_link(struct pci_express *e, struct bytes cap, unsigned version)
{
	uint32_t capability = bytes_u32(cap, 0x0c);
	uint16_t status = bytes_u16(cap, 0x12);

	if (e->port_type == 9 || e->port_type == 10)
		return; /* root complex integrated: there is no link */
	e->max_speed = nonzero(capability & 0xf);
	e->max_width = nonzero(capability >> 4 & 0x3f);
	e->speed = nonzero(status & 0xf);
	e->width = nonzero(status >> 4 & 0x3f);
	if (version >= 2)
		e->target_speed = nonzero(bytes_u16(cap, 0x30) & 0xf);
}

static void decode_express(struct pci_function *f, struct bytes config)
{
	struct found found = find_plain(config, f->header_type.value, CAP_EXPRESS);
	struct pci_express *e = &f->express;
	struct bytes cap = bytes_from(config, found.at);
	uint16_t flags = bytes_u16(cap, 2);

	*e = (struct pci_express){ .present = found.state };
	if (found.state != TRI_YES)
		return;
	e->port_type = flags >> 4 & 0xf;
	if (bytes_has(cap, 4, 4))
		e->flr = tri_of(bytes_u32(cap, 4) & UINT32_C(1) << 28);
	decode_link(e, cap, flags & 0xf);
	if (flags & 1 << 8 && bytes_has(cap, 0x14, 4))
		e->slot = num_of(bytes_u32(cap, 0x14) >> 19);
	if ((flags & 0xf) < 2)
		e->ari = TRI_NO; /* DevCap2 came with version 2 */
	else if (bytes_has(cap, 0x24, 4))
		e->ari = tri_of(bytes_u32(cap, 0x24) & 1 << 5);
}

static void decode_iommu(struct pci_function *f, struct bytes config)
{
	struct found cap = find_plain(config, f->header_type.value, CAP_SECURE_DEVICE);

	f->iommu_enabled = TRI_UNKNOWN;
	if (cap.state == TRI_YES && (bytes_u8(config, cap.at + 2) & 7) == 3 &&
		bytes_has(config, cap.at + 4, 4))
		f->iommu_enabled = tri_of(bytes_u32(config, cap.at + 4) & 1);
}

/* Intel host bridges keep CAPID0 in a vendor capability at E0h. */
static void decode_capid(struct pci_function *f, struct bytes config)
{
	f->vendor_cap_e4 = (struct num){ 0 };
	if (f->class_code == PCI_CLASS_HOST_BRIDGE && f->vendor_id == PCI_VENDOR_INTEL &&
		bytes_u8(config, 0xe0) == CAP_VENDOR && bytes_has(config, 0xe4, 4))
		f->vendor_cap_e4 = num_of(bytes_u32(config, 0xe4));
}

static void decode_acs(struct pci_function *f, struct bytes config)
{
	struct found cap = find_extended(f, config, EXT_ACS);

	f->acs = (struct pci_acs){ .present = cap.state };
	if (cap.state == TRI_YES && !bytes_has(config, cap.at + 4, 4))
		f->acs.present = TRI_UNKNOWN;
	if (f->acs.present != TRI_YES)
		return;
	f->acs.capability = bytes_u16(config, cap.at + 4);
	f->acs.control = bytes_u16(config, cap.at + 6);
}

static void decode_sriov(struct pci_function *f, struct bytes config)
{
	struct found cap = find_extended(f, config, EXT_SRIOV);

	f->sriov = (struct pci_sriov){ .present = cap.state };
	if (cap.state == TRI_YES && !bytes_has(config, cap.at, 0x12))
		f->sriov.present = TRI_UNKNOWN;
	if (f->sriov.present != TRI_YES)
		return;
	f->sriov.enabled = tri_of(bytes_u16(config, cap.at + 8) & 1);
	f->sriov.total_vfs = bytes_u16(config, cap.at + 0xe);
	f->sriov.num_vfs = bytes_u16(config, cap.at + 0x10);
}

/* A resizable BAR is there whatever its register reads, and its size is known. */
static void apply_rebar(struct pci_function *f, const struct pci_rebar *rebar)
{
	struct pci_bar *bar = &f->bar[rebar->bar];

	if (bar->present != TRI_YES) {
		bar->present = TRI_YES;
		bar->assigned = TRI_NO;
	}
	if (rebar->current.known && rebar->sizes >> rebar->current.value & 1)
		bar->size = num_of(UINT64_C(1) << (20 + rebar->current.value));
}

static struct pci_rebar rebar_entry(struct bytes config, size_t at)
{
	uint32_t capability = bytes_u32(config, at), control = bytes_u32(config, at + 4);
	unsigned current = control >> 8 & 0x3f;
	struct pci_rebar entry = { .bar = control & 7 };

	entry.sizes = capability >> 4 | (uint64_t)(control >> 16) << 28;
	if (current < 44)
		entry.current = num_of(current);
	return entry;
}

/* There are bogus ones, with no BARs, on functions that can't have it. */
static void decode_rebar(struct pci_function *f, struct bytes config)
{
	struct found cap = find_extended(f, config, EXT_REBAR);
	unsigned count = bytes_u32(config, cap.at + 8) >> 5 & 7, seen = 0;
	struct pci_rebar entries[PCI_REBARS];

	f->n_rebars = 0;
	f->rebar_present = cap.state;
	if (cap.state != TRI_YES)
		return;
	f->rebar_present = TRI_NO;
	if (!pci_is_display(f) || count < 1 || count > PCI_REBARS ||
		!bytes_has(config, cap.at + 4, 8 * count))
		return;
	for (unsigned i = 0; i < count; i++) {
		entries[i] = rebar_entry(config, cap.at + 4 + 8 * i);
		if (entries[i].bar >= PCI_BARS || seen & 1u << entries[i].bar ||
			f->bar[entries[i].bar].io ||
			f->bar[entries[i].bar].present == TRI_NO)
			return;
		seen |= 1u << entries[i].bar;
	}
	for (unsigned i = 0; i < count; i++) {
		f->rebar[i] = entries[i];
		apply_rebar(f, &entries[i]);
	}
	f->n_rebars = count;
	f->rebar_present = TRI_YES;
}

void pci_decode_capabilities(struct pci_function *function, struct bytes config)
{
	decode_pm(function, config);
	decode_express(function, config);
	decode_iommu(function, config);
	decode_capid(function, config);
	decode_acs(function, config);
	decode_sriov(function, config);
	decode_rebar(function, config);
}
