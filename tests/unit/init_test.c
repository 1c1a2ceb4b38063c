/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What PID 1 decides: on which console, who is started again, what the kernel's news
 * mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../../src/init/init.h"

/* ---- words ---- */

static void words_are_whole_words(void **state)
{
	const char *cursor = "console=tty0 quiet console=ttyS0,115200";
	char value[8];

	(void)state;
	assert_true(words_has("quiet gpuhost.shell", "gpuhost.shell"));
	assert_false(words_has("quiet gpuhost.shells", "gpuhost.shell"));
	assert_false(words_has("nogpuhost.shell", "gpuhost.shell"));
	assert_true(words_next(&cursor, "console=", value, sizeof(value)));
	assert_string_equal(value, "tty0");
	assert_true(words_next(&cursor, "console=", value, sizeof(value)));
	assert_string_equal(value, "ttyS0,1");
	assert_false(words_next(&cursor, "console=", value, sizeof(value)));
}

static void too_many_words_do_not_overflow(void **state)
{
	char words[WORDS_SIZE], large[3000], name[] = "init", small[] = "gpuhost.verbose";
	char *argv[] = { name, large, large, small, NULL };

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	words_read(words, 4, argv);
	assert_true(strlen(words) < WORDS_SIZE);
	assert_true(words_has(words, "gpuhost.verbose"));
}

/* ---- consoles ---- */

static void assert_consoles(const char *words, const char *active, const char *expected)
{
	struct consoles consoles;
	char text[256] = "";

	consoles_list(&consoles, words, active);
	for (unsigned i = 0; i < consoles.count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
			consoles.names[i]);
	}
	assert_string_equal(text, expected);
}

static void the_face_is_on_the_last_console(void **state)
{
	(void)state;
	assert_consoles("quiet", "tty0", "tty1");
	assert_consoles("", "", "tty1");
	assert_consoles(
		"console=tty0 console=ttyS0,115200n8", "tty0 ttyS0", "ttyS0 tty1");
	assert_consoles("console=ttyS0 console=tty0", "ttyS0 tty0", "tty1 ttyS0");
	assert_consoles("console=ttyS1", "ttyS1", "ttyS1 tty1");
	assert_consoles("console=tty3 console=hvc0", "", "hvc0 tty3 tty1");
}

static void the_screen_comes_before_a_console_of_the_firmware(void **state)
{
	(void)state;
	assert_consoles("quiet", "tty0 ttyS0", "tty1 ttyS0");
	assert_consoles("gpuhost.serial=ttyS1", "tty0", "tty1 ttyS1");
}

static void odd_console_names_are_left_out(void **state)
{
	(void)state;
	assert_consoles("console=../../etc/x console=", "", "tty1");
	assert_consoles("console=null", "", "tty1");
	assert_consoles("console=averyveryverylongname", "", "tty1");
	assert_consoles(
		"console=a console=b console=c console=d console=e console=f console=g "
		"console=h console=i console=j",
		"tty0", "j i h g f e d c");
}

/* ---- who is started again ---- */

static void five_deaths_in_ten_seconds_are_too_many(void **state)
{
	struct setup setup = { 0 };
	struct jobs jobs;
	struct child *face = &jobs.child[JOB_FACE];

	(void)state;
	jobs_begin(&jobs, &setup, 1000);
	for (int i = 0; i < 4; i++)
		assert_false(child_died_too_often(face, 1000 + i * 2000));
	assert_true(child_died_too_often(face, 9000));
	jobs_begin(&jobs, &setup, 1000);
	for (int i = 0; i < 20; i++)
		assert_false(child_died_too_often(face, 1000 + i * 3000));
}

static void end_job(struct jobs *jobs, enum job_id id, int64_t now)
{
	struct setup setup = { 0 };

	jobs->child[id].pid = 77;
	jobs->child[id].due = NEVER;
	jobs_note_end(jobs, &setup, 77, 0, now);
}

static void the_face_waits_for_what_it_needs(void **state)
{
	struct setup setup = { 0 };
	struct jobs jobs;

	(void)state;
	jobs_begin(&jobs, &setup, 1000);
	assert_int_equal(jobs_next_due(&jobs), 1000);
	assert_int_equal(jobs.child[JOB_FACE].due, 6000); /* even if "first" hangs */
	end_job(&jobs, JOB_FIRST, 1100);
	assert_int_equal(jobs.child[JOB_FACE].due, 1100);
	assert_int_equal(jobs.child[JOB_COLDPLUG].due, 1100);
	assert_int_equal(jobs.child[JOB_SHELL].due, NEVER);
	end_job(&jobs, JOB_FACE, 20000);
	assert_true(jobs.child[JOB_FACE].due < 21000);
}

static void helpers_come_back_later_and_later(void **state)
{
	struct setup setup = { 0 };
	struct jobs jobs;
	int64_t now = 1000, before = 0;

	(void)state;
	jobs_begin(&jobs, &setup, now);
	for (int i = 0; i < 4; i++) {
		int64_t pause;

		end_job(&jobs, JOB_COLDPLUG, now);
		pause = jobs.child[JOB_COLDPLUG].due - now;
		assert_true(pause > before && pause <= 32000);
		before = pause;
		now += 100;
	}
}

static void orphans_change_nothing(void **state)
{
	struct setup setup = { 0 };
	struct jobs jobs, before;

	(void)state;
	jobs_begin(&jobs, &setup, 1000);
	jobs.child[JOB_FACE].pid = 50;
	before = jobs;
	jobs_note_end(&jobs, &setup, 51, 0, 2000);
	assert_memory_equal(&jobs, &before, sizeof(jobs));
}

/* ---- news of devices ---- */

static const char *uevent(const char *text, size_t length)
{
	static char message[UEVENT_SIZE + 1];

	memcpy(message, text, length);
	return uevent_modalias(message, length);
}

static void a_device_that_was_added_asks_for_a_module(void **state)
{
	static const char add[] = "add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0"
				  "MODALIAS=usb:v1\0SEQNUM=1";
	static const char early[] = "add@/devices/x\0MODALIAS=usb:v1\0ACTION=add";
	static const char other[] = "remove@/devices/x\0ACTION=remove\0MODALIAS=usb:v1";
	static const char none[] = "add@/devices/x\0ACTION=add";
	static const char cut[] = "add@/x\0ACTION=add\0MODALIAS=";
	static const char *found;

	(void)state;
	found = uevent(add, sizeof(add));
	assert_string_equal(found, "usb:v1");
	assert_string_equal(uevent(early, sizeof(early) - 1), "usb:v1");
	assert_null(uevent(other, sizeof(other)));
	assert_null(uevent(none, sizeof(none)));
	assert_null(uevent(cut, sizeof(cut) - 1));
	assert_null(uevent("", 0));
	assert_null(uevent("\0\0\0", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_whole_words),
		cmocka_unit_test(too_many_words_do_not_overflow),
		cmocka_unit_test(the_face_is_on_the_last_console),
		cmocka_unit_test(the_screen_comes_before_a_console_of_the_firmware),
		cmocka_unit_test(odd_console_names_are_left_out),
		cmocka_unit_test(five_deaths_in_ten_seconds_are_too_many),
		cmocka_unit_test(the_face_waits_for_what_it_needs),
		cmocka_unit_test(helpers_come_back_later_and_later),
		cmocka_unit_test(orphans_change_nothing),
		cmocka_unit_test(a_device_that_was_added_asks_for_a_module),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
