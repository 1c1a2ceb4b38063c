/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verdict needs before the face starts: a few modules and EFI's variables. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

int first_run(const struct setup *setup)
{
	struct modules modules;
	struct utsname name;
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	uname(&name);
	modules_open(&modules, root, name.release, setup->words);
	modules_load_named(&modules, FIRST_FILE, setup);
	modules_free(&modules);
	if (access("/sys/firmware/efi", F_OK) == 0 &&
		mount("efivarfs", "/sys/firmware/efi/efivars", "efivarfs",
			MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 &&
		errno != EBUSY)
		say(setup, SAY_LOUD, "can't mount efivarfs: %s", strerror(errno));
	close(root);
	return 0;
}
