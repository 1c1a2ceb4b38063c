/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces that are hardware; bridges, tunnels and the like are not a machine's
 * own. */
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "slot.h"

#define NET_DIR "sys/class/net"

enum {
	ARPHRD_ETHERNET = 1
};

/* Virtual interfaces have no device behind them. Where that isn't known, an interface of
 * another kind than Ethernet ("lo": 772) is left out all the same. */
static bool is_hardware(
	const struct record *record, struct arena *arena, const char *name)
{
	uint64_t type;

	if (record_presence(record, arena_printf(arena, NET_DIR "/%s/device", name)) ==
		PRESENCE_ABSENT)
		return false;
	return !record_number(record, &type, NET_DIR "/%s/type", name) ||
		type == ARPHRD_ETHERNET;
}

static enum tri tri_of_presence(enum presence presence)
{
	return presence == PRESENCE_UNKNOWN ? TRI_UNKNOWN
					    : tri_of(presence == PRESENCE_PRESENT);
}

static struct nic read_nic(
	const struct record *record, struct arena *arena, const char *name)
{
	struct nic nic = { .name = name };
	const char *link;
	uint64_t value;

	if (record_link(record, arena_printf(arena, NET_DIR "/%s/device", name), &link) ==
		PRESENCE_PRESENT) {
		nic.hardware = TRI_YES;
		nic.slot = slot_in_path(arena, link);
	}
	if (nic.slot)
		nic.driver = record_link_name(
			record, "sys/bus/pci/devices/%s/driver", nic.slot);
	nic.wireless = tri_of_presence(record_presence(
		record, arena_printf(arena, NET_DIR "/%s/wireless", name)));
	/* Neither can be read while the interface is down; speed is -1 without a link. */
	if (record_number(record, &value, NET_DIR "/%s/carrier", name))
		nic.carrier = tri_of(value != 0);
	if (record_number(record, &value, NET_DIR "/%s/speed", name))
		nic.speed = num_of(value);
	return nic;
}

void nics_read(const struct record *record, struct arena *arena, struct machine *ret)
{
	const char **names;
	size_t n;

	if (record_list(record, NET_DIR, &names, &n) != PRESENCE_UNKNOWN)
		ret->nics_known = TRI_YES;
	ret->nics = arena_alloc(arena, n * sizeof(*ret->nics));
	for (size_t i = 0; i < n; i++)
		if (is_hardware(record, arena, names[i]))
			ret->nics[ret->n_nics++] = read_nic(record, arena, names[i]);
}
