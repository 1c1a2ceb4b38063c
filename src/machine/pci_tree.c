/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture's PCI functions as a private temporary tree, which libpci reads like
 * /sys/bus/pci. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/file.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "pci_parts.h"

#define DEVICES "sys/bus/pci/devices"

/* The tree must be gone afterwards, also if somebody presses ^C meanwhile. */
static void hold_signals(struct pci_tree *tree)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, &tree->saved_signals);
}

static int write_file(int folder, const char *name, struct bytes data)
{
	int fd = openat(
		folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result = 0;

	if (fd < 0)
		return -errno;
	while (data.length && result == 0) {
		ssize_t n = write(fd, data.data, data.length);

		if (n < 0 && errno != EINTR)
			result = -errno;
		else if (n > 0)
			data = bytes_from(data, (size_t)n);
	}
	close(fd);
	return result;
}

/* libpci's bus-centric scan asks for a folder each, and for `config` where it is read;
 * the other attributes come from the record. */
static int make_function(
	int devices, const struct record *record, struct arena *arena, const char *slot)
{
	const char *path = arena_printf(arena, DEVICES "/%s/config", slot);
	struct bytes config;

	if (mkdirat(devices, slot, 0700) < 0)
		return -errno;
	if (record_file(record, path, &config) != PRESENCE_PRESENT)
		return 0;
	return write_file(devices, path + strlen(DEVICES "/"),
		bytes_first(config, PCI_CONFIG_WHOLE));
}

static bool canonical(struct arena *arena, const char *name)
{
	struct pci_slot slot;
	size_t length = pci_slot_parse(name, &slot);

	return length && !name[length] && strcmp(pci_slot_text(arena, &slot), name) == 0;
}

static int fill(const struct record *record, struct arena *arena, struct pci_tree *tree)
{
	const char **names;
	size_t count = 0;

	record_list(record, DEVICES, &names, &count);
	for (size_t i = 0; i < count; i++) {
		int result;

		if (tree->n_slots >= PCI_MAX_FUNCTIONS || !canonical(arena, names[i])) {
			tree->skipped++;
			continue;
		}
		tree->slots = arena_grow(
			arena, tree->slots, tree->n_slots, sizeof(*tree->slots));
		tree->slots[tree->n_slots++] = names[i];
		result = make_function(tree->devices, record, arena, names[i]);
		if (result < 0)
			return result;
	}
	return 0;
}

void pci_tree_make(
	const struct record *record, struct arena *arena, struct pci_tree *tree)
{
	int top, result = 0;

	*tree = (struct pci_tree){ .devices = -1 };
	hold_signals(tree);
	top = tempdir_create(tree->path, sizeof(tree->path));
	if (top < 0) {
		tree->path[0] = '\0';
		tree->problem = arena_printf(arena,
			_("a temporary folder cannot be made: %s"), strerror(-top));
		return;
	}
	if (mkdirat(top, "devices", 0700) < 0)
		result = -errno;
	else
		tree->devices = openat(
			top, "devices", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (result == 0)
		result = tree->devices < 0 ? -errno : fill(record, arena, tree);
	close(top);
	if (result < 0)
		tree->problem = arena_printf(arena,
			_("a temporary folder cannot be filled: %s"), strerror(-result));
}

/* What is known to be there goes by name: looking around costs five times as much. */
static void remove_known(struct pci_tree *tree)
{
	char path[64];

	for (size_t i = 0; i < tree->n_slots; i++) {
		snprintf(path, sizeof(path), "%s/config", tree->slots[i]);
		unlinkat(tree->devices, path, 0);
		unlinkat(tree->devices, tree->slots[i], AT_REMOVEDIR);
	}
}

void pci_tree_remove(struct pci_tree *tree)
{
	if (tree->devices >= 0) {
		remove_known(tree);
		close(tree->devices);
	}
	if (tree->path[0])
		tempdir_remove(tree->path);
	*tree = (struct pci_tree){ .devices = -1, .saved_signals = tree->saved_signals };
	sigprocmask(SIG_SETMASK, &tree->saved_signals, NULL);
}
