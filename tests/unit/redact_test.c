/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What names one machine goes; what only looks like it stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/source.h"

#define BYTES(text) ((struct bytes){ (const uint8_t *)(text), strlen(text) })

static const char *redacted(struct redactor *redactor, const char *text)
{
	return (const char *)redact_text(redactor, BYTES(text)).data;
}

static void addresses_get_stable_placeholders(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct redactor *redactor = redactor_new(arena);

	(void)state;
	assert_string_equal(redacted(redactor,
				    "root=UUID=3b6a27bc-ceb6-4a2d-92a3-a8d02a093c5d "
				    "eth0: 00:1B:21:aa:bb:cc"),
		"root=UUID=<uuid-1> eth0: <mac-1>");
	assert_string_equal(
		redacted(redactor, "BOOTIF=01-00-1b-21-AA-BB-CC"), "BOOTIF=01-<mac-1>");
	assert_string_equal(redacted(redactor, "(00:1b:21:aa:bb:cd) 00-1b-21-aa-bb-cc."),
		"(<mac-2>) <mac-1>.");
	assert_string_equal(redacted(redactor,
				    "/dev/disk/by-uuid/"
				    "3B6A27BC-CEB6-4A2D-92A3-A8D02A093C5D"),
		"/dev/disk/by-uuid/<uuid-1>");
	assert_string_equal(
		redacted(redactor, "root=PARTUUID=1234abcd-01 UUID=AB12-34CD"),
		"root=PARTUUID=<uuid-2> UUID=<uuid-3>");
	assert_string_equal(
		redacted(redactor, "machine_id=0123456789abcdef0123456789ABCDEF"),
		"machine_id=<uuid-4>");
	assert_string_equal(redacted(redactor, "addr:00:1b:21:aa:bb:cc"), "addr:<mac-1>");
}

static void serials_go(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct redactor *redactor = redactor_new(arena);

	(void)state;
	assert_string_equal(
		redacted(redactor,
			"usb 1-1: SerialNumber: 0123 45\nusb 1-2: SerialNumber=3"),
		"usb 1-1: SerialNumber: <serial>\nusb 1-2: SerialNumber=3");
	assert_string_equal(
		redacted(redactor, "root=/dev/disk/by-id/nvme-Samsung_S4EWNX0 quiet"),
		"root=/dev/disk/by-id/<serial> quiet");
}

static void lookalikes_stay(void **state)
{
	static const char *const texts[] = {
		"pci 0000:01:00.0: [10de:2704] type 00 class 0x030000",
		"[    1.234567] 12:34:56 2026-11-22 14:00:00",
		"inet6 fe80::aa:bb:cc:dd:ee:ff 2001:db8:aa:bb:cc:dd:ee:ff",
		"dump 00:11:22:33:44 aa:bb:cc:dd:ee:fff a:b:c:d:e:f",
		"mem 0x6000000000-0x601fffffff 64bit pref",
		"DMAR: DRHD base: 0x000000fed91000 flags: 0x1 0123456789abcdef",
		"0000:00:1f.3 00:1f.3 00:1f.2 00:14.0",
		"UUID= PARTUUID=x "
		"sha256:00112233445566778899aabbccddeeff00112233445566778899",
		"12345678-1234-1234-1234-1234567890abc",
		"",
	};
	ARENA_AUTO arena = arena_new();
	struct redactor *redactor = redactor_new(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(redacted(redactor, texts[i]), texts[i]);
}

static void a_log_full_of_addresses_takes_no_time(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct redactor *redactor = redactor_new(arena);
	size_t length = 3 << 20;
	uint8_t *text = arena_alloc(arena, length);
	struct bytes out;

	(void)state;
	for (size_t i = 0; i < length; i++)
		text[i] = i % 18 == 17 ? ' '
			: i % 3 == 2
			? ':'
			: (uint8_t) "0123456789abcdef"
				  [(i * i / 7 + i / 18 * 2654435761u) >> 5 & 15];
	out = redact_text(redactor, (struct bytes){ text, length });
	assert_in_range(out.length, length / 4, length);
	assert_memory_equal(out.data, "<mac-1> <mac-", 13);
}

static void put_header(uint8_t *config, size_t at, unsigned id, unsigned next)
{
	config[at] = (uint8_t)id;
	config[at + 1] = (uint8_t)(id >> 8);
	config[at + 2] = (uint8_t)(1 | (next & 15) << 4);
	config[at + 3] = (uint8_t)(next >> 4);
}

static void device_serial_numbers_are_blanked(void **state)
{
	static const uint8_t zeros[8];
	ARENA_AUTO arena = arena_new();
	uint8_t config[4096];
	struct bytes out;

	(void)state;
	memset(config, 0x5a, sizeof(config));
	put_header(config, 0x100, 0x0001, 0x150);
	put_header(config, 0x150, 0x0003, 0x200);
	put_header(config, 0x200, 0x0003, 0x150); /* and round again */
	out = redact_config(arena, (struct bytes){ config, sizeof(config) });
	assert_int_equal(out.length, sizeof(config));
	assert_memory_equal(out.data + 0x154, zeros, 8);
	assert_memory_equal(out.data + 0x204, zeros, 8);
	memset(config + 0x154, 0, 8);
	memset(config + 0x204, 0, 8);
	assert_memory_equal(out.data, config, sizeof(config));
	for (size_t n = 0; n <= 0x160; n += 3) /* cut anywhere: no byte read beyond */
		assert_int_equal(
			redact_config(arena,
				(struct bytes){ arena_memdup(arena, config, n), n })
				.length,
			n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_get_stable_placeholders),
		cmocka_unit_test(serials_go),
		cmocka_unit_test(lookalikes_stay),
		cmocka_unit_test(a_log_full_of_addresses_takes_no_time),
		cmocka_unit_test(device_serial_numbers_are_blanked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
