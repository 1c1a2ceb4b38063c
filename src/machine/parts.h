/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one list of what makes a machine; private to src/machine. */
#ifndef MACHINE_PARTS_H
#define MACHINE_PARTS_H

enum item_kind {
	ITEM_FILE = 0,
	ITEM_TEXT, /* a file that is redacted */
	ITEM_CONFIG, /* PCI config space: its serial number is blanked */
	ITEM_LINK, /* kept as text */
	ITEM_DIR, /* that it is there is what counts */
	ITEM_FILES, /* all regular files of the folder */
	ITEM_LINKS, /* all links of the folder */
};

struct item {
	const char *name;
	enum item_kind kind;
};

/* Some things in some folders. */
struct part {
	/* Covered if it was recorded completely; NULL: each item by itself. */
	const char *cover;
	/* Components may be fnmatch patterns; "&*" starts with the name of its parent. */
	const char *folder;
	const struct item *items; /* ends with a NULL name */
	/* Cover items that are missing only if the folder holds something at all: a mount
	 * point whose file system is not mounted is an empty folder. */
	const char *unless_empty;
	/* Cover only if this is there: without ACPI there is a folder, and no table. */
	const char *anchor;
};

/* Ends with a NULL folder. */
extern const struct part machine_parts[];

#endif
