/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A made-up root is recorded as a machine is: what is private stays out, what was not
 * seen stays unknown. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"

#define SLOT "sys/bus/pci/devices/0000:01:00.0/"
#define UUID "3b6a27bc-ceb6-4a2d-92a3-a8d02a093c5d"

struct root {
	char path[256];
	int fd;
};

static void make_folders(const struct root *root, const char *path)
{
	char folder[256];

	for (const char *s = path; (s = strchr(s, '/')); s++) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(s - path), path);
		if (mkdirat(root->fd, folder, 0755) < 0)
			assert_int_equal(errno, EEXIST);
	}
}

static void put_bytes(
	const struct root *root, const char *path, const void *data, size_t length)
{
	int fd;

	make_folders(root, path);
	fd = openat(root->fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, length), length);
	close(fd);
}

static void put(const struct root *root, const char *path, const char *text)
{
	put_bytes(root, path, text, strlen(text));
}

static void put_link(const struct root *root, const char *path, const char *text)
{
	make_folders(root, path);
	assert_int_equal(symlinkat(text, root->fd, path), 0);
}

/* A small machine: one GPU, one disk, one NIC, a table with a Windows key. */
static struct root new_root(void)
{
	struct root root;
	uint8_t config[4096] = { 0xde, 0x10, 0x04, 0x27, [0x100] = 3, [0x102] = 1 };

	memset(config + 0x104, 0xee, 8);
	root.fd = tempdir_create(root.path, sizeof(root.path));
	assert_true(root.fd >= 0);
	put_bytes(&root, SLOT "config", config, sizeof(config));
	put(&root, SLOT "vendor", "0x10de\n");
	put(&root, SLOT "rom", "never\n");
	put(&root, SLOT "resource0", "never\n");
	put(&root, SLOT "power/control", "auto\n");
	put_link(&root, SLOT "driver", "../../../../bus/pci/drivers/nouveau");
	put_link(&root, "sys/kernel/iommu_groups/7/devices/0000:01:00.0", "../x");
	put(&root, "sys/kernel/iommu_groups/7/type", "DMA\n");
	put(&root, "sys/firmware/acpi/tables/FACP", "FACP");
	put(&root, "sys/firmware/acpi/tables/DMAR", "DMAR");
	put(&root, "sys/firmware/acpi/tables/MSDM", "the key");
	put(&root, "sys/firmware/acpi/tables/data/BERT", "left out");
	put(&root, "sys/class/dmi/id/board_name", "PRIME Z790-P\n");
	put(&root, "sys/class/dmi/id/board_serial", "B456\n");
	put(&root, "sys/class/net/eth0/address", "00:1b:21:aa:bb:cc\n");
	put(&root, "sys/class/net/eth0/carrier", "1\n");
	put(&root, "sys/block/sda/size", "2048\n");
	put(&root, "sys/block/sda/sda1/size", "1024\n");
	put(&root, "sys/block/sda/sda1/partition", "1\n");
	put(&root, "sys/block/loop0/size", "8\n");
	put(&root, "proc/cmdline", "root=UUID=" UUID " quiet\n");
	put(&root, "dev/kmsg",
		"6,0,0,-;Linux version 6.12.0\n6,1,9,-;disk " UUID " up\n"
		"6,2,10,-;usb 1-1: SerialNumber: 0123\n");
	return root;
}

static void end_root(struct root *root)
{
	close(root->fd);
	tempdir_remove(root->path);
}

static void what_is_there_is_recorded(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct root root = new_root();
	struct record *record = source_live(arena, root.path, SOURCE_WHOLE);
	const char *target;
	struct bytes bytes;

	(void)state;
	assert_string_equal(record->live_root, root.path);
	assert_string_equal(record_text(record, SLOT "vendor"), "0x10de");
	assert_string_equal(record_text(record, SLOT "power/control"), "auto");
	assert_string_equal(record_link_name(record, SLOT "driver"), "nouveau");
	assert_int_equal(record_presence(record, SLOT "boot_vga"), PRESENCE_ABSENT);
	assert_int_equal(record_file(record, SLOT "config", &bytes), PRESENCE_PRESENT);
	assert_int_equal(bytes.length, 4096);
	assert_int_equal(
		record_link(record, "sys/kernel/iommu_groups/7/devices/0000:01:00.0",
			&target),
		PRESENCE_PRESENT);
	assert_string_equal(record_text(record, "sys/block/sda/sda1/partition"), "1");
	assert_int_equal(record_presence(record, "dev/kmsg"), PRESENCE_PRESENT);
	assert_int_equal(record_presence(record, "sys/firmware/acpi/tables/IVRS"),
		PRESENCE_ABSENT);
	assert_int_equal(record_presence(record, "sys/firmware/efi"), PRESENCE_ABSENT);
	assert_int_equal(record_presence(record, "sys/block/loop0"), PRESENCE_ABSENT);
	end_root(&root);
}

/* With ACPI switched off there is a folder without tables, which says nothing of DMAR. */
static void without_acpi_no_table_is_absent(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct root root = new_root();
	struct record *record;

	(void)state;
	assert_int_equal(unlinkat(root.fd, "sys/firmware/acpi/tables/FACP", 0), 0);
	record = source_live(arena, root.path, SOURCE_WHOLE);
	assert_int_equal(record_presence(record, "sys/firmware/acpi/tables/IVRS"),
		PRESENCE_UNKNOWN);
	end_root(&root);
}

static void what_names_the_machine_is_not(void **state)
{
	static const char *const secrets[] = { "never", "the key", "left out", "B456",
		"00:1b:21", UUID, "0123\n" };
	static const uint8_t zeros[8];
	ARENA_AUTO arena = arena_new();
	struct root root = new_root();
	struct record *record = source_live(arena, root.path, SOURCE_WHOLE);
	struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < record->n_members; i++)
		for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
			if (memmem(record->members[i].data.data,
				    record->members[i].data.length, secrets[k],
				    strlen(secrets[k])))
				fail_msg("%s holds “%s”", record->members[i].path,
					secrets[k]);
	assert_int_equal(record_file(record, SLOT "config", &bytes), PRESENCE_PRESENT);
	assert_memory_equal(bytes.data + 0x104, zeros, 8);
	assert_string_equal(
		record_refusal(record, "sys/firmware/acpi/tables/MSDM"), "redacted");
	assert_string_equal(
		record_text(record, "proc/cmdline"), "root=UUID=<uuid-1> quiet");
	assert_int_equal(record_file(record, "dev/kmsg", &bytes), PRESENCE_PRESENT);
	assert_non_null(strstr((const char *)bytes.data, "disk <uuid-1> up"));
	end_root(&root);
}

/* A folder without sysfs in it, and a log without its start, prove nothing. */
static void what_was_not_seen_is_unknown(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record;
	struct root root;

	(void)state;
	root.fd = tempdir_create(root.path, sizeof(root.path));
	assert_true(root.fd >= 0);
	put(&root, "sys/firmware/efi/efivars/.empty", "");
	put(&root, "dev/kmsg", "6,500,0,-;late\n");
	record = source_live(arena, root.path, SOURCE_WHOLE);
	assert_int_equal(
		record_presence(record, "sys/bus/pci/devices"), PRESENCE_UNKNOWN);
	assert_int_equal(record_presence(record, "sys/block"), PRESENCE_UNKNOWN);
	assert_int_equal(record_presence(record, "proc/iomem"), PRESENCE_UNKNOWN);
	assert_int_equal(record_presence(record, "sys/firmware/efi"), PRESENCE_PRESENT);
	assert_int_equal(record_presence(record,
				 "sys/firmware/efi/efivars/"
				 "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"),
		PRESENCE_UNKNOWN);
	for (size_t i = 0; i < record->n_covers; i++)
		assert_string_not_equal(record->covers[i], "dev/kmsg");
	assert_null(record_fact(record, "euid"));
	assert_null(record_fact(record, "cpuid.vendor"));
	end_root(&root);
	record = source_live(arena, "/no/such/root", SOURCE_WHOLE);
	assert_int_equal(record->n_members, 0);
	assert_int_equal(record->n_covers, 0);
}

static void what_may_not_be_read_is_refused(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct root root = new_root();
	struct record *record;
	char vendor[] = SLOT "vendor";

	(void)state;
	/* Root may read everything, but not a folder as a file, nor through a link. */
	assert_int_equal(unlinkat(root.fd, vendor, 0), 0);
	assert_int_equal(mkdirat(root.fd, vendor, 0755), 0);
	put_link(&root, SLOT "device", "/etc/hostname");
	record = source_live(arena, root.path, SOURCE_WHOLE);
	assert_string_equal(record_refusal(record, vendor), "EISDIR");
	assert_string_equal(record_refusal(record, SLOT "device"), "ELOOP");
	assert_int_equal(record_presence(record, vendor), PRESENCE_UNKNOWN);
	end_root(&root);
}

static void an_archive_of_it_is_the_same_record(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct root root = new_root();
	struct record *record = source_live(arena, root.path, SOURCE_WHOLE), *back;
	const char *path = arena_printf(arena, "%s/c.tar.zst", root.path);
	struct err err;

	(void)state;
	assert_int_equal(capture_write_archive(record, path, &err), 0);
	assert_int_equal(source_open(path, arena, &back, &err), 0);
	assert_null(back->live_root);
	assert_int_equal(record->n_members, back->n_members);
	for (size_t i = 0; i < record->n_members; i++) {
		const struct member *a = &record->members[i], *b = &back->members[i];

		assert_string_equal(a->path, b->path);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->data.length, b->data.length);
		if (a->data.length)
			assert_memory_equal(a->data.data, b->data.data, a->data.length);
	}
	assert_int_equal(record->n_covers, back->n_covers);
	assert_int_equal(record->n_refused, back->n_refused);
	assert_int_equal(record->n_facts, back->n_facts);
	end_root(&root);
}

static void the_running_machine_is_recorded(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = source_live(arena, "/", SOURCE_WHOLE),
		      *back = record_new(arena);
	struct err err;

	(void)state;
	assert_non_null(record_fact(record, "uname.release"));
	assert_non_null(record_fact(record, "euid"));
	assert_int_equal(record_presence(record, "proc/version"), PRESENCE_PRESENT);
	assert_int_equal(manifest_read(manifest_write(record), back, &err), 0);
#ifdef __x86_64__
	assert_non_null(record_fact(record, "cpuid.0x1.0x0.ecx"));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_recorded),
		cmocka_unit_test(without_acpi_no_table_is_absent),
		cmocka_unit_test(what_names_the_machine_is_not),
		cmocka_unit_test(what_was_not_seen_is_unknown),
		cmocka_unit_test(what_may_not_be_read_is_refused),
		cmocka_unit_test(an_archive_of_it_is_the_same_record),
		cmocka_unit_test(the_running_machine_is_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
