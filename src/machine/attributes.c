/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware options that Linux itself shows, on machines whose vendor has a driver for it
 * (Documentation/ABI/testing/sysfs-class-firmware-attributes). */
#include <string.h>
#include <strings.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

#define CLASS "sys/class/firmware-attributes"

static const char *not_empty(const char *text)
{
	return text && *text ? text : NULL;
}

static bool is_there(const struct record *record, struct arena *arena, const char *folder,
	const char *name)
{
	return record_presence(record, arena_printf(arena, "%s/%s", folder, name)) ==
		PRESENCE_PRESENT;
}

/* Beside the options stand files such as pending_reboot, which have none of these. */
static bool is_option(
	const struct record *record, struct arena *arena, const char *folder)
{
	return is_there(record, arena, folder, "type") ||
		is_there(record, arena, folder, "current_value") ||
		is_there(record, arena, folder, "possible_values");
}

static void read_driver(const struct record *record, struct arena *arena,
	const char *driver, struct machine *ret)
{
	const char *list = arena_printf(arena, CLASS "/%s/attributes", driver);
	const char **names;
	size_t n;

	record_list(record, list, &names, &n);
	for (size_t i = 0; i < n; i++) {
		const char *folder = arena_printf(arena, "%s/%s", list, names[i]);

		if (!is_option(record, arena, folder))
			continue;
		ret->attributes = arena_grow(arena, ret->attributes, ret->n_attributes,
			sizeof(*ret->attributes));
		ret->attributes[ret->n_attributes++] = (struct firmware_attribute){
			.driver = driver,
			.name = names[i],
			.value = not_empty(
				record_text(record, "%s/current_value", folder)),
			.possible = not_empty(
				record_text(record, "%s/possible_values", folder)),
		};
	}
}

static bool driver_loaded(const struct record *record)
{
	static const char *const modules[] = {
		"sys/module/dell_wmi_sysman",
		"sys/module/think_lmi",
		"sys/module/hp_bioscfg",
	};

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (record_presence(record, modules[i]) == PRESENCE_PRESENT)
			return true;
	return false;
}

static bool vendor_has_driver(const char *vendor)
{
	static const char *const vendors[] = { "Dell", "Alienware", "LENOVO", "HP",
		"Hewlett-Packard", "SAMSUNG" };

	for (size_t i = 0; vendor && i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (strncasecmp(vendor, vendors[i], strlen(vendors[i])) == 0)
			return true;
	return false;
}

/* Nobody has written a driver for the other vendors' boards. */
static bool surely_without_driver(const struct record *record)
{
	const char *system = not_empty(
		record_text(record, "sys/class/dmi/id/sys_vendor"));
	const char *board = not_empty(
		record_text(record, "sys/class/dmi/id/board_vendor"));

	return (system || board) && !vendor_has_driver(system) &&
		!vendor_has_driver(board);
}

void attributes_read(
	const struct record *record, struct arena *arena, struct machine *ret)
{
	const char **drivers;
	size_t n;
	enum presence presence = record_list(record, CLASS, &drivers, &n);

	for (size_t i = 0; i < n; i++)
		read_driver(record, arena, drivers[i], ret);
	if (n || (presence != PRESENCE_UNKNOWN && driver_loaded(record)) ||
		surely_without_driver(record))
		ret->attributes_known = TRI_YES;
}
