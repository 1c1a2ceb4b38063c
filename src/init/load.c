/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading modules, for coldplug and for the kernel's own requests. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* <linux/module.h>: since Linux 5.17 the kernel decompresses a module file itself. */
enum {
	INIT_COMPRESSED_FILE = 4
};

int module_flags(const char *path)
{
	static const char *const endings[] = { ".xz", ".zst", ".gz" };
	size_t length = strlen(path);

	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strcmp(path + length - ending, endings[i]) == 0)
			return INIT_COMPRESSED_FILE;
	}
	return 0;
}

/* Spares reading and decompressing the file. One that is on its way ("coming") is not
 * skipped, as the kernel then lets us wait for it. */
static bool is_loaded(const char *name)
{
	char path[128], state[8] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, state, sizeof(state) - 1) < 0)
		state[0] = '\0';
	close(fd);
	return strncmp(state, "live", 4) == 0;
}

static int load_file(const struct modules *modules, const struct module *module)
{
	char options[1024];
	int fd = openat(modules->folder, module->path, O_RDONLY | O_CLOEXEC);
	long r;

	if (fd < 0)
		return -errno;
	module_options(modules, module, options, sizeof(options));
	r = syscall(SYS_finit_module, fd, options, module_flags(module->path));
	r = r < 0 ? -errno : 0;
	close(fd);
	return r == -EEXIST ? 0 : (int)r;
}

int modules_load(struct modules *modules, const char *name, const struct setup *setup)
{
	struct module_list list = { 0 };
	int failed = 0;

	modules_want(modules, name, &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct module *module = list.modules[i];
		int r;

		if (is_loaded(module->name))
			continue;
		r = load_file(modules, module);
		if (r == 0 && setup->verbose)
			say(setup, SAY_LOG, "loaded %s for %s", module->name, name);
		/* ENODEV: the hardware it is for is not there after all. */
		if (r < 0 && r != -ENODEV)
			say(setup, SAY_LOG, "can't load %s for %s: %s", module->name,
				name, strerror(-r));
		failed += r < 0;
	}
	module_list_free(&list);
	return failed;
}

int modprobe_main(int argc, char **argv)
{
	struct setup setup = { 0 };
	struct modules modules;
	struct utsname name;
	int failed = 0, root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	words_read(setup.words, 1, argv);
	uname(&name);
	modules_open(&modules, root, name.release, setup.words);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			failed += modules_load(&modules, argv[i], &setup);
	}
	modules_free(&modules);
	close(root);
	return failed ? 1 : 0;
}
