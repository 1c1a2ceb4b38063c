/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that ask for a module, in the order in which they shall get it. */
#include "init.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The first pattern that fits decides. The forms are those of the kernel's
 * scripts/mod/file2alias.c; class codes are those of the PCI Code and ID Assignment
 * Specification.
 */
static const struct {
	const char *pattern;
	enum rank rank;
} ranks[] = {
	/* Displays stay as the firmware left them: they are judged, one of them is to go
	 * to a virtual machine, and the firmware's framebuffer shows all we need. */
	{ "pci:*bc03sc*", RANK_NEVER },
	/* Sound, the graphics card's second function above all. */
	{ "pci:*bc04sc*", RANK_NEVER },
	/* The other functions of an NVIDIA card: xHCI (its older chipsets had none) and
	 * the I2C of its USB-C port. */
	{ "pci:v000010DE*bc0Csc03i30*", RANK_NEVER },
	{ "pci:v000010DE*bc0Csc80*", RANK_NEVER },
	/* Keys and the power button, which cost nothing. 06 is a PS/2 keyboard; a mouse
	 * (01) takes its time. */
	{ "serio:ty06*", RANK_EARLY },
	{ "input:*", RANK_EARLY },
	{ "acpi:PNP0C0C:*", RANK_EARLY },
	{ "acpi:LNXPWRBN:*", RANK_EARLY },
	/* USB takes longest until all is found, and the stick is there. */
	{ "pci:*bc0Csc03*", RANK_USB },
	{ "usb:*", RANK_USB },
	{ "hid:*", RANK_USB },
	{ "pci:*bc01sc*", RANK_STORAGE },
	{ "pci:*bc08sc05*", RANK_STORAGE }, /* SD card hosts */
	{ "scsi:*", RANK_STORAGE },
	{ "mmc:*", RANK_STORAGE },
	{ "virtio:d00000002*", RANK_STORAGE },
	{ "virtio:d00000008*", RANK_STORAGE },
	{ "pci:*bc02sc*", RANK_NETWORK },
	{ "virtio:d00000001*", RANK_NETWORK },
};

enum rank modalias_rank(const char *modalias)
{
	for (size_t i = 0; i < COUNT(ranks); i++) {
		if (fnmatch(ranks[i].pattern, modalias, 0) == 0)
			return ranks[i].rank;
	}
	return RANK_REST;
}

static bool make_room(struct queue *queue)
{
	size_t room = queue->room ? 2 * queue->room : 256;
	struct queue_entry *entries;

	if (queue->count < queue->room)
		return true;
	if (queue->count >= QUEUE_MAX)
		return false;
	entries = realloc(queue->entries, room * sizeof(*entries));
	if (!entries)
		return false;
	queue->entries = entries;
	queue->room = room;
	return true;
}

bool queue_add(struct queue *queue, const char *modalias)
{
	struct queue_entry *entry;

	for (size_t i = 0; i < queue->count; i++) {
		if (strcmp(queue->entries[i].modalias, modalias) == 0)
			return false;
	}
	if (!make_room(queue))
		return false;
	entry = &queue->entries[queue->count];
	entry->modalias = strdup(modalias);
	if (!entry->modalias)
		return false;
	entry->rank = modalias_rank(modalias);
	entry->taken = false;
	queue->count++;
	return true;
}

const char *queue_take(struct queue *queue, enum rank last)
{
	struct queue_entry *best = NULL;

	for (size_t i = 0; i < queue->count; i++) {
		struct queue_entry *entry = &queue->entries[i];

		if (!entry->taken && entry->rank <= last && entry->rank != RANK_NEVER &&
			(!best || entry->rank < best->rank))
			best = entry;
	}
	if (!best)
		return NULL;
	best->taken = true;
	return best->modalias;
}

void queue_free(struct queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		free(queue->entries[i].modalias);
	free(queue->entries);
	*queue = (struct queue){ 0 };
}

/* Devices of one folder, such as /sys/bus/pci/devices. */
static size_t scan_devices(struct queue *queue, int parent, const char *folder)
{
	int fd = openat(parent, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *devices = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t added = 0;

	if (!devices) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while ((entry = readdir(devices))) {
		char path[300], modalias[MODALIAS_SIZE];
		ssize_t n;
		int file;

		snprintf(path, sizeof(path), "%s/modalias", entry->d_name);
		file = entry->d_name[0] == '.' ? -1
					       : openat(fd, path, O_RDONLY | O_CLOEXEC);
		if (file < 0)
			continue;
		n = read(file, modalias, sizeof(modalias) - 1);
		close(file);
		modalias[n > 0 ? n : 0] = '\0';
		modalias[strcspn(modalias, "\n")] = '\0';
		added += modalias[0] && queue_add(queue, modalias);
	}
	closedir(devices);
	return added;
}

size_t queue_scan(struct queue *queue, int root)
{
	int fd = openat(root, "sys/bus", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *buses = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	/* Input devices are on no bus, but ask for evdev. */
	size_t added = scan_devices(queue, root, "sys/class/input");

	if (!buses) {
		if (fd >= 0)
			close(fd);
		return added;
	}
	while ((entry = readdir(buses))) {
		char path[300];

		snprintf(path, sizeof(path), "%s/devices", entry->d_name);
		if (entry->d_name[0] != '.')
			added += scan_devices(queue, fd, path);
	}
	closedir(buses);
	return added;
}
