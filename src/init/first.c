/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verdict needs before the face starts: a few modules and EFI's variables. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* Side by side, as the face waits for it. Without a process to spare, one after the
 * other. */
static void load_first(struct modules *modules, const struct setup *setup)
{
	FILE *stream = fopen(FIRST_FILE, "re");
	char line[128];

	while (stream && fgets(line, sizeof(line), stream)) {
		pid_t pid;

		line[strcspn(line, "# \t\n")] = '\0';
		pid = line[0] ? fork() : 1;
		if (pid <= 0)
			modules_load(modules, line, setup);
		if (pid == 0)
			_exit(0);
	}
	if (stream)
		fclose(stream);
	while (wait(NULL) > 0)
		continue;
}

int first_run(const struct setup *setup)
{
	struct modules modules;
	struct utsname name;
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	uname(&name);
	modules_open(&modules, root, name.release, setup->words);
	load_first(&modules, setup);
	modules_free(&modules);
	if (access("/sys/firmware/efi", F_OK) == 0 &&
		mount("efivarfs", "/sys/firmware/efi/efivars", "efivarfs",
			MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 &&
		errno != EBUSY)
		say(setup, SAY_LOUD, "can't mount efivarfs: %s", strerror(errno));
	close(root);
	return 0;
}
