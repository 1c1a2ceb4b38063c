/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other people's formats: what they are taken for, and what they are known to lack. */
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

#define BYTES(text) ((struct bytes){ (const uint8_t *)(text), strlen(text) })
#define TABLES "sys/firmware/acpi/tables/"

/* A table of 40 bytes, its length field right unless told otherwise. */
#define TABLE(name, a, b, c, d, length)                                                  \
	name " @ 0x000000007A1B2000\n"                                                   \
	     "    0000: " a " " b " " c " " d " " length                                 \
	     " 00 00 00 01 02 03 04 05 06 07 08  X...\n"                                 \
	     "    0010: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  "               \
	     "................\n"                                                        \
	     "    0020: 00 00 00 00 00 00 AA BB                          ........\n\n"
#define FACP TABLE("FACP", "46", "41", "43", "50", "28")
#define APIC TABLE("APIC", "41", "50", "49", "43", "28")
#define DSDT TABLE("DSDT", "44", "53", "44", "54", "28")
#define DMAR TABLE("DMAR", "44", "4D", "41", "52", "28")
#define SSDT TABLE("SSDT", "53", "53", "44", "54", "28")
#define MSDM TABLE("MSDM", "4D", "53", "44", "4D", "28")

static struct record *acpidump(struct arena *arena, const char *text)
{
	struct record *record;
	struct err err;

	if (foreign_acpidump(BYTES(text), arena, &record, &err) < 0)
		fail_msg("%s", err.text);
	return record;
}

static void a_whole_acpidump_tells_what_is_absent(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = acpidump(arena, FACP SSDT APIC MSDM SSDT DSDT);
	struct bytes table;

	(void)state;
	assert_int_equal(record_file(record, TABLES "FACP", &table), PRESENCE_PRESENT);
	assert_int_equal(table.length, 40);
	assert_memory_equal(table.data, "FACP\x28", 5);
	assert_int_equal(table.data[39], 0xbb);
	assert_int_equal(record_file(record, TABLES "SSDT1", &table), PRESENCE_PRESENT);
	assert_int_equal(record_file(record, TABLES "SSDT2", &table), PRESENCE_PRESENT);
	assert_int_equal(record_presence(record, TABLES "DMAR"), PRESENCE_ABSENT);
	assert_int_equal(record_presence(record, TABLES "MSDM"), PRESENCE_UNKNOWN);
	assert_string_equal(record_refusal(record, TABLES "MSDM"), "redacted");
}

static void a_part_of_an_acpidump_does_not(void **state)
{
	static const char *const texts[] = {
		DMAR, /* acpidump -n DMAR */
		FACP APIC SSDT,
		/* cut off in the last table */
		FACP APIC
		"DSDT @ 0x0000000000000000\n"
		"    0000: 44 53 44 54 28 00 00 00 01 02 03 04 05 06 07 08  DSDT\n",
		/* a line is missing in the last table */
		FACP APIC
		"DSDT @ 0x0000000000000000\n"
		"    0000: 44 53 44 54 28 00 00 00 01 02 03 04 05 06 07 08  DSDT\n"
		"    0020: 00 00 00 00 00 00 AA BB                          ....\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ARENA_AUTO arena = arena_new();

		assert_int_equal(
			record_presence(acpidump(arena, texts[i]), TABLES "IVRS"),
			PRESENCE_UNKNOWN);
	}
}

static void the_ways_acpidump_writes_are_read(void **state)
{
	static const char *const texts[] = {
		"DMAR @ 0x1\n  0000: 44 4D 41 52 08 00 00 00\n",
		"DMAR @ 0x1\n    0000: 44 4D 41 52 08 00 00 00              DMAR....\n",
		"DMAR @ 0x1\r\n    0000: 44 4D 41 52 08 00 00 00\r\n",
		"noise\nDMAR @ 0x0000000000000000\n    0000: 44 4D 41 52\n    0004: 08 "
		"00 00 00",
		"DMAR @ 0x1\n----------\n    00000000: 44 4D 41 52 08 00 00 00\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct record *record = acpidump(arena, texts[i]);
		struct bytes table;

		assert_int_equal(
			record_file(record, TABLES "DMAR", &table), PRESENCE_PRESENT);
		assert_int_equal(table.length, 8);
		assert_memory_equal(table.data, "DMAR\x08\0\0", 8);
	}
}

/* A line lost in a forum is no fault of the firmware: the table is unknown, not wrong. */
static void a_damaged_table_is_unknown(void **state)
{
	static const char *const texts[] = {
		"DMAR @ 0x1\n  0000: 44 4D 41 52 18 00 00 00\n",
		"DMAR @ 0x1\n  0000: 44 4D 41 52 18 00 00 00\n  0010: 00 00 00 00 00 00 00 00\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ARENA_AUTO arena = arena_new();

		assert_int_equal(
			record_presence(acpidump(arena, texts[i]), TABLES "DMAR"),
			PRESENCE_UNKNOWN);
	}
}

static void put(int dirfd, const char *path, const char *text)
{
	int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

struct folder {
	char path[256];
	int fd;
};

static struct folder new_folder(void)
{
	struct folder folder;

	folder.fd = tempdir_create(folder.path, sizeof(folder.path));
	assert_true(folder.fd >= 0);
	return folder;
}

static void hwprobe_folders_are_read(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct folder folder = new_folder();
	struct record *record;
	struct bytes bytes;
	struct err err;

	(void)state;
	assert_int_equal(mkdirat(folder.fd, "logs", 0755), 0);
	put(folder.fd, "logs/lspci_all",
		"00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700]\n");
	put(folder.fd, "logs/dmidecode",
		"# dmidecode 3.4\nHandle 0x0001\nSystem Information\n"
		"\tManufacturer: ASUS\n\tSerial Number: S123\n"
		"\tUUID: 3b6a27bc-ceb6-4a2d-92a3-a8d02a093c5d\n\nBase Board Information\n"
		"\tManufacturer: ASUSTeK COMPUTER INC.\n\tProduct Name: PRIME Z790-P\n"
		"\tSerial Number: B456\n");
	put(folder.fd, "logs/dmesg",
		"[    0.000000] Linux version 6.12.0\n[    1.0] eth0: "
		"00:1b:21:aa:bb:cc\n");
	put(folder.fd, "logs/uname", "Linux secret-host 6.12.0-1-amd64 #1 SMP\n");
	if (source_open(folder.path, arena, &record, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(
		record_text(record, "sys/class/dmi/id/board_name"), "PRIME Z790-P");
	assert_string_equal(record_text(record, "sys/class/dmi/id/sys_vendor"), "ASUS");
	assert_string_equal(record_fact(record, "uname.release"), "6.12.0-1-amd64");
	assert_int_equal(
		record_file(record, RECORD_LSPCI_TEXT, &bytes), PRESENCE_PRESENT);
	assert_int_equal(record_file(record, "dev/kmsg", &bytes), PRESENCE_PRESENT);
	assert_non_null(strstr((const char *)bytes.data, "eth0: <mac-1>"));
	assert_int_equal(record_presence(record, TABLES "DMAR"), PRESENCE_UNKNOWN);
	for (size_t i = 0; i < record->n_members; i++) {
		const struct member *member = &record->members[i];

		assert_null(strstr((const char *)member->data.data, "S123"));
		assert_null(strstr((const char *)member->data.data, "B456"));
		assert_null(strstr((const char *)member->data.data, "secret-host"));
	}
	close(folder.fd);
	tempdir_remove(folder.path);
}

static void inputs_are_told_by_content(void **state)
{
	static const struct {
		const char *text, *member;
	} cases[] = {
		{ "00:00.0 Host bridge: Intel Corporation Device a700\n",
			RECORD_LSPCI_TEXT },
		{ "0000:01:00.0 VGA compatible controller [0300]: NVIDIA Corporation "
		  "[10de:2704]\n",
			RECORD_LSPCI_TEXT },
		{ "00:00.0 Host bridge: Intel\n00: 86 80 00 a7 06 00 90 20 00 00 00 06 "
		  "00 00 00 00\n",
			RECORD_LSPCI_DUMP },
		{ DMAR, TABLES "DMAR" },
		{ "hello\n", NULL },
		{ "", NULL },
		{ "12:34.5 time\n", NULL },
		{ "00: 86 80\n", NULL },
	};
	struct folder folder = new_folder();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ARENA_AUTO arena = arena_new();
		const char *path = arena_printf(arena, "%s/input", folder.path);
		struct record *record;
		struct err err;
		int result;

		put(folder.fd, "input", cases[i].text);
		result = source_open(path, arena, &record, &err);
		if (!cases[i].member) {
			assert_int_equal(result, -1);
			assert_int_equal(err.status, STATUS_BAD_INPUT);
			assert_non_null(strstr(err.text, path));
			continue;
		}
		if (result < 0)
			fail_msg("%s", err.text);
		assert_int_equal(
			record_presence(record, cases[i].member), PRESENCE_PRESENT);
	}
	close(folder.fd);
	tempdir_remove(folder.path);
}

static void what_cannot_be_opened_has_its_status(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct folder folder = new_folder();
	struct record *record;
	struct err err;

	(void)state;
	assert_int_equal(source_open("/no/such/capture", arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_NO_INPUT);
	assert_non_null(strstr(err.text, "/no/such/capture"));
	assert_int_equal(source_open(folder.path, arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	assert_non_null(strstr(err.text, folder.path));
	assert_int_equal(source_open("/dev/null", arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	assert_int_equal(source_open("-", arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_NO_INPUT);
	close(folder.fd);
	tempdir_remove(folder.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_acpidump_tells_what_is_absent),
		cmocka_unit_test(a_part_of_an_acpidump_does_not),
		cmocka_unit_test(the_ways_acpidump_writes_are_read),
		cmocka_unit_test(a_damaged_table_is_unknown),
		cmocka_unit_test(hwprobe_folders_are_read),
		cmocka_unit_test(inputs_are_told_by_content),
		cmocka_unit_test(what_cannot_be_opened_has_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
