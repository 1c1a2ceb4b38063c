/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies on the disks, by libblkid: kinds of file systems and partition tables, never
 * their labels or UUIDs. Read-only. */
#include <blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "recorder.h"

enum {
	MAX_DEVICES = 256
};

static void record_value(struct record *record, const char *device, blkid_probe probe,
	const char *name, const char *fact)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, name, &value, NULL) == 0 &&
		capture_text_ok(value))
		record_add_fact(record,
			arena_printf(record->arena, "blkid.%s.%s", device, fact), value);
}

static void probe_open(struct record *record, const char *device, int fd)
{
	blkid_probe probe = blkid_new_probe();
	int result = -1;

	if (probe && blkid_probe_set_device(probe, fd, 0, 0) == 0 &&
		blkid_probe_enable_superblocks(probe, 1) == 0 &&
		blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE) == 0 &&
		blkid_probe_enable_partitions(probe, 1) == 0)
		result = blkid_do_safeprobe(probe);
	if (result == 0) {
		record_value(record, device, probe, "TYPE", "type");
		record_value(record, device, probe, "PTTYPE", "pttype");
	}
	if (result < 0)
		record_refuse(record, arena_printf(record->arena, "dev/%s", device),
			result == -2 ? "ambiguous" : "EIO");
	blkid_free_probe(probe);
}

/* Asking an empty drive for its contents takes seconds, and may draw in its tray. */
static bool lacks_medium(const char *device, int fd)
{
	return text_starts(device, "sr") &&
		ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT) != CDS_DISC_OK;
}

static void probe_device(struct record *record, const char *device)
{
	char path[256];
	int fd;

	if (snprintf(path, sizeof(path), "/dev/%s", device) >= (int)sizeof(path))
		return;
	for (char *s = path; *s; s++)
		if (*s == '!') /* how sysfs writes a slash: "cciss!c0d0" */
			*s = '/';
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		record_refuse(record, path + 1, capture_errno_name(errno));
		return;
	}
	if (!lacks_medium(device, fd))
		probe_open(record, device, fd);
	close(fd);
}

static bool is_worth_probing(
	const struct record *record, const char *folder, const char *device)
{
	uint64_t size;

	return record_number(record, &size, "%s/size", folder) && size > 0 &&
		!text_starts(device, "fd");
}

void block_devices_record(struct record *record)
{
	const char **disks, **parts;
	size_t n_disks, n_parts, left = MAX_DEVICES;

	record_list(record, "sys/block", &disks, &n_disks);
	for (size_t i = 0; i < n_disks && left; i++) {
		const char *folder = arena_printf(
			record->arena, "sys/block/%s", disks[i]);

		if (!is_worth_probing(record, folder, disks[i]))
			continue;
		probe_device(record, disks[i]);
		left--;
		record_list(record, folder, &parts, &n_parts);
		for (size_t k = 0; k < n_parts && left; k++) {
			const char *part = arena_printf(
				record->arena, "%s/%s", folder, parts[k]);

			if (!text_starts(parts[k], disks[i]) ||
				!is_worth_probing(record, part, parts[k]))
				continue;
			probe_device(record, parts[k]);
			left--;
		}
	}
}
