/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which modules are loaded in which order, on made-up /sys trees and indexes of modules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"

#include "../../src/init/init.h"

#define INDEX "lib/modules/6.12.0/"

/* ---- a made-up root folder ---- */

struct root {
	char path[128];
	int fd;
};

static int root_make(void **state)
{
	struct root *root = calloc(1, sizeof(*root));

	if (!root || tempdir_create(root->path, sizeof(root->path)) < 0)
		return -1;
	root->fd = open(root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = root;
	return 0;
}

static int root_remove(void **state)
{
	struct root *root = *state;

	close(root->fd);
	tempdir_remove(root->path);
	free(root);
	return 0;
}

/* A file with all folders that lead to it. */
static void put(const struct root *root, const char *path, const char *text)
{
	char part[PATH_MAX];
	int fd;

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdirat(root->fd, part, 0755);
		*slash = '/';
	}
	fd = openat(root->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* ---- devices and their order ---- */

#define GPU "pci:v000010DEd00002704sv00007377sd00001700bc03sc00i00"
#define GPU_AUDIO "pci:v000010DEd000022BBsv00007377sd00001700bc04sc03i00"
#define GPU_USB "pci:v000010DEd00001AD8sv00001043sd00008673bc0Csc03i30"
#define GPU_TYPEC "pci:v000010DEd00001AD9sv00001043sd00008673bc0Csc80i00"
#define XHCI "pci:v00008086d0000A36Dsv00001043sd00008694bc0Csc03i30"
#define NVME "pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02"
#define NIC "pci:v00008086d000015BCsv00001043sd00008672bc02sc00i00"
#define SMBUS "pci:v00008086d0000A323sv00001043sd00008694bc0Csc05i00"
#define BUTTON "acpi:PNP0C0C:"
#define KEYS "input:b0011v0001p0001eAB41-e0,1,4,11,14,k71,ramlsfw"

static void put_devices(const struct root *root)
{
	put(root, "sys/bus/pci/devices/0000:00:1f.4/modalias", SMBUS "\n");
	put(root, "sys/bus/pci/devices/0000:00:1f.6/modalias", NIC "\n");
	put(root, "sys/bus/pci/devices/0000:02:00.0/modalias", NVME "\n");
	put(root, "sys/bus/pci/devices/0000:03:00.0/modalias", NVME "\n");
	put(root, "sys/bus/pci/devices/0000:00:14.0/modalias", XHCI "\n");
	put(root, "sys/bus/pci/devices/0000:01:00.0/modalias", GPU "\n");
	put(root, "sys/bus/pci/devices/0000:01:00.1/modalias", GPU_AUDIO "\n");
	put(root, "sys/bus/acpi/devices/PNP0C0C:00/modalias", BUTTON "\n");
	put(root, "sys/bus/acpi/devices/device:00/path", "\\_SB_");
	put(root, "sys/bus/platform/drivers_probe", "");
	put(root, "sys/class/input/input3/modalias", KEYS "\n");
}

static void before_the_verdict_only_keys_get_drivers(void **state)
{
	struct queue queue = { 0 };
	const char *first, *second;

	put_devices(*state);
	assert_int_equal(queue_scan(&queue, ((struct root *)*state)->fd), 8);
	first = queue_take(&queue, RANK_EARLY);
	second = queue_take(&queue, RANK_EARLY);
	assert_non_null(first);
	assert_non_null(second);
	assert_true(strcmp(first, BUTTON) == 0 || strcmp(first, KEYS) == 0);
	assert_true(strcmp(second, BUTTON) == 0 || strcmp(second, KEYS) == 0);
	assert_null(queue_take(&queue, RANK_EARLY));
	queue_free(&queue);
}

static void after_it_usb_disks_network_and_the_rest(void **state)
{
	static const char *const expected[] = { XHCI, NVME, NIC, SMBUS };
	struct queue queue = { 0 };

	put_devices(*state);
	queue_scan(&queue, ((struct root *)*state)->fd);
	while (queue_take(&queue, RANK_EARLY))
		continue;
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_string_equal(queue_take(&queue, RANK_REST), expected[i]);
	assert_null(queue_take(&queue, RANK_REST)); /* neither the GPU nor its sound */
	assert_int_equal(queue_scan(&queue, ((struct root *)*state)->fd), 0);
	queue_free(&queue);
}

static void no_function_of_the_gpu_gets_a_driver(void **state)
{
	(void)state;
	assert_int_equal(modalias_rank(GPU), RANK_NEVER);
	assert_int_equal(modalias_rank(GPU_AUDIO), RANK_NEVER);
	assert_int_equal(modalias_rank(GPU_USB), RANK_NEVER);
	assert_int_equal(modalias_rank(GPU_TYPEC), RANK_NEVER);
	assert_int_equal(modalias_rank("serio:ty06pr00id00ex00"), RANK_EARLY);
	assert_int_equal(modalias_rank("serio:ty01pr00id00ex00"), RANK_REST);
	assert_int_equal(
		modalias_rank("usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip50in00"),
		RANK_USB);
	assert_int_equal(modalias_rank("scsi:t-0x00"), RANK_STORAGE);
	assert_int_equal(modalias_rank(""), RANK_REST);
}

static void a_flood_of_devices_is_bounded(void **state)
{
	struct queue queue = { 0 };
	char name[32];

	(void)state;
	for (int i = 0; i < QUEUE_MAX + 10; i++) {
		snprintf(name, sizeof(name), "platform:%d", i);
		assert_int_equal(queue_add(&queue, name), i < QUEUE_MAX);
	}
	queue_free(&queue);
}

static void an_empty_sys_is_no_error(void **state)
{
	struct queue queue = { 0 };

	assert_int_equal(queue_scan(&queue, ((struct root *)*state)->fd), 0);
	assert_int_equal(queue_scan(&queue, -1), 0);
	assert_null(queue_take(&queue, RANK_REST));
	queue_free(&queue);
}

/* ---- modules ---- */

static void put_index(const struct root *root)
{
	put(root, INDEX "modules.dep",
		"kernel/drivers/usb/host/xhci-pci.ko.xz: kernel/drivers/usb/host/xhci-hcd.ko.xz "
		"kernel/drivers/usb/core/usbcore.ko.xz kernel/drivers/usb/common/usb-common.ko.xz\n"
		"kernel/drivers/usb/host/xhci-hcd.ko.xz: kernel/drivers/usb/core/usbcore.ko.xz "
		"kernel/drivers/usb/common/usb-common.ko.xz\n"
		"kernel/drivers/usb/core/usbcore.ko.xz: "
		"kernel/drivers/usb/common/usb-common.ko.xz\n"
		"kernel/drivers/usb/common/usb-common.ko.xz:\n"
		"kernel/drivers/usb/storage/usb-storage.ko.xz:\n"
		"kernel/drivers/usb/storage/uas.ko.xz: "
		"kernel/drivers/usb/storage/usb-storage.ko.xz\n"
		"kernel/lib/libcrc32c.ko.xz:\n"
		"kernel/crypto/crc32c_generic.ko.xz:\n"
		"kernel/crypto/crc32c-intel.ko.xz:\n"
		"kernel/fs/vfat.ko: kernel/fs/fat.ko\n"
		"kernel/fs/fat.ko:\n"
		"kernel/a.ko: kernel/b.ko\n"
		"kernel/b.ko: kernel/a.ko\n");
	put(root, INDEX "modules.alias",
		"# Aliases extracted from modules themselves.\n"
		"alias pci:v*d*sv*sd*bc0Csc03i30* xhci_pci\n"
		"alias usb:v*p*d*dc*dsc*dp*ic08isc06ip50in* usb_storage\n"
		"alias usb:v*p*d*dc*dsc*dp*ic08isc06ip62in* uas\n"
		"alias usb:v*p*d*dc*dsc*dp*ic08isc06ip50in* uas\n"
		"alias usb:v0781* not_in_this_image\n"
		"alias crc32c crc32c_intel\n"
		"alias crc32c crc32c_generic\n"
		"alias fs-vfat vfat\n");
	put(root, INDEX "modules.softdep",
		"# Soft dependencies extracted from modules themselves.\n"
		"softdep libcrc32c pre: crc32c\n"
		"softdep uas pre: no-such-thing post: libcrc32c\n");
	put(root, "lib/gpuhost/modules.conf",
		"options usb-storage delay_use=0 quirks=1:2:u\n");
}

/* The names of what `name` asks for, in order, as one line. */
static const char *wanted(struct root *root, const char *words, const char *name)
{
	static char text[512];
	struct module_list list = { 0 };
	struct modules modules;

	modules_open(&modules, root->fd, "6.12.0", words);
	modules_want(&modules, name, &list);
	text[0] = '\0';
	for (size_t i = 0; i < list.count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s", used ? " " : "",
			list.modules[i]->name);
	}
	module_list_free(&list);
	modules_free(&modules);
	return text;
}

static void dependencies_come_first(void **state)
{
	put_index(*state);
	assert_string_equal(
		wanted(*state, "", XHCI), "usb_common usbcore xhci_hcd xhci_pci");
	assert_string_equal(wanted(*state, "", "fs-vfat"), "fat vfat");
	assert_string_equal(wanted(*state, "", "usb-storage"), "usb_storage");
	assert_string_equal(wanted(*state, "", NIC), "");
	assert_string_equal(wanted(*state, "", ""), "");
}

static void soft_dependencies_are_loaded_around(void **state)
{
	put_index(*state);
	assert_string_equal(
		wanted(*state, "", "libcrc32c"), "crc32c_intel crc32c_generic libcrc32c");
	assert_string_equal(wanted(*state, "", "uas"),
		"usb_storage uas crc32c_intel crc32c_generic libcrc32c");
}

static void circles_end(void **state)
{
	put_index(*state);
	assert_string_equal(wanted(*state, "", "a"), "b a");
}

static void the_blacklist_concerns_devices(void **state)
{
	static const char stick[] = "usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip50in00";

	put_index(*state);
	assert_string_equal(
		wanted(*state, "modprobe.blacklist=foo,uas quiet", stick), "usb_storage");
	assert_string_equal(
		wanted(*state, "modprobe.blacklist=usb-storage,uas", stick), "");
	assert_string_equal(
		wanted(*state, "modprobe.blacklist=usb-storage", "usb_storage"),
		"usb_storage");
	put(*state, "lib/gpuhost/modules.conf", "blacklist uas\nblacklist usb-storage");
	assert_string_equal(wanted(*state, "", stick), "");
}

static void options_come_from_file_and_kernel_words(void **state)
{
	struct root *root = *state;
	struct modules modules;
	struct module_list list = { 0 };
	char options[64];

	put_index(root);
	modules_open(
		&modules, root->fd, "6.12.0", "quiet usb_storage.option=7 other.x=1");
	modules_want(&modules, "usb_storage", &list);
	assert_int_equal(list.count, 1);
	module_options(&modules, list.modules[0], options, sizeof(options));
	assert_string_equal(options, "delay_use=0 quirks=1:2:u option=7");
	module_options(&modules, list.modules[0], options, 30);
	assert_string_equal(options, "delay_use=0 quirks=1:2:u");
	module_list_free(&list);
	modules_free(&modules);
}

static void compressed_files_are_the_kernels_to_unpack(void **state)
{
	(void)state;
	assert_int_equal(module_flags("kernel/a.ko"), 0);
	assert_int_equal(module_flags("kernel/a.ko.xz"), 4);
	assert_int_equal(module_flags("kernel/a.ko.zst"), 4);
	assert_int_equal(module_flags(""), 0);
}

static void an_index_that_is_missing_answers_nothing(void **state)
{
	struct root *root = *state;
	struct modules modules;

	modules_open(&modules, root->fd, "6.12.0", "");
	assert_false(modules_answer(&modules, XHCI));
	modules_free(&modules);
	put(root, INDEX "modules.alias", "alias pci:* xhci_pci\n");
	assert_string_equal(wanted(root, "", XHCI), "");
}

/* Every cut of the files: nothing that the sanitizers mind. */
static void an_index_that_is_cut_is_survived(void **state)
{
	static const char *const paths[] = { INDEX "modules.dep", INDEX "modules.alias",
		INDEX "modules.softdep", "lib/gpuhost/modules.conf" };
	struct root *root = *state;

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct stat status;

		put_index(root);
		assert_int_equal(fstatat(root->fd, paths[i], &status, 0), 0);
		for (off_t size = status.st_size; size >= 0; size -= 3) {
			int fd = openat(root->fd, paths[i], O_WRONLY | O_CLOEXEC);

			assert_int_equal(ftruncate(fd, size), 0);
			close(fd);
			wanted(root, "modprobe.blacklist=", "uas");
			wanted(root, "", XHCI);
		}
	}
}

int main(void)
{
#define WITH_ROOT(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)
	const struct CMUnitTest tests[] = {
		WITH_ROOT(before_the_verdict_only_keys_get_drivers),
		WITH_ROOT(after_it_usb_disks_network_and_the_rest),
		cmocka_unit_test(no_function_of_the_gpu_gets_a_driver),
		cmocka_unit_test(a_flood_of_devices_is_bounded),
		WITH_ROOT(an_empty_sys_is_no_error),
		WITH_ROOT(dependencies_come_first),
		WITH_ROOT(soft_dependencies_are_loaded_around),
		WITH_ROOT(circles_end),
		WITH_ROOT(the_blacklist_concerns_devices),
		WITH_ROOT(options_come_from_file_and_kernel_words),
		cmocka_unit_test(compressed_files_are_the_kernels_to_unpack),
		WITH_ROOT(an_index_that_is_missing_answers_nothing),
		WITH_ROOT(an_index_that_is_cut_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
