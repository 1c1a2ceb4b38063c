/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of hw-probe (linux-hardware.org): logs of many programs, of which a few tell
 * what we need. What it lacks stays unknown. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "foreign.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

enum {
	DMIDECODE_MAX = 1 << 20
};

struct probe {
	struct record *record;
	struct redactor *redactor;
	int logs; /* the folder with the logs */
	size_t found;
};

static const char *const names[] = { "lspci", "lspci_all", "acpidump", "dmidecode",
	"dmesg" };

static bool holds_logs(int fd)
{
	struct stat status;
	size_t found = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		found += fstatat(fd, names[i], &status, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(status.st_mode);
	return found > 0;
}

/* The folder itself, or "logs" in it; a descriptor, or -1. */
static int open_logs(int dirfd)
{
	static const char *const folders[] = { ".", "logs" };

	for (size_t i = 0; i < 2; i++) {
		int fd = openat(dirfd, folders[i],
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0 && holds_logs(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

bool hwprobe_is_folder(int dirfd)
{
	int fd = open_logs(dirfd);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* A log that is not there, or can't be read, is data that we don't have. */
static bool read_log(struct probe *probe, const char *name, struct bytes *ret_text)
{
	return file_read(probe->logs, name, SOURCE_MAX_MEMBER_SIZE, probe->record->arena,
		       ret_text) == 0 &&
		ret_text->length > 0;
}

static void take_lspci(struct probe *probe)
{
	static const char *const logs[] = { "lspci_all", "lspci" };
	struct bytes text;

	for (size_t i = 0; i < 2; i++)
		if (read_log(probe, logs[i], &text) && source_is_lspci_text(text)) {
			record_adopt(probe->record, RECORD_LSPCI_TEXT, MEMBER_FILE,
				redact_text(probe->redactor, text));
			probe->found++;
			return;
		}
}

static void take_acpidump(struct probe *probe)
{
	struct bytes text;

	if (read_log(probe, "acpidump", &text))
		probe->found += acpidump_take(probe->record, text) > 0;
}

/* ---- dmidecode's text ---- */

/* Which string of which section is which file below sys/class/dmi/id. */
static const struct {
	const char *section, *label, *file;
} dmi_strings[] = {
	{ "BIOS Information", "Vendor", "bios_vendor" },
	{ "BIOS Information", "Version", "bios_version" },
	{ "BIOS Information", "Release Date", "bios_date" },
	{ "System Information", "Manufacturer", "sys_vendor" },
	{ "System Information", "Product Name", "product_name" },
	{ "System Information", "Version", "product_version" },
	{ "System Information", "Family", "product_family" },
	{ "Base Board Information", "Manufacturer", "board_vendor" },
	{ "Base Board Information", "Product Name", "board_name" },
	{ "Base Board Information", "Version", "board_version" },
};

static void take_dmi_line(struct probe *probe, const char *section, const char *line)
{
	struct arena *arena = probe->record->arena;

	line += strspn(line, " \t");
	for (size_t i = 0; i < sizeof(dmi_strings) / sizeof(dmi_strings[0]); i++) {
		size_t n = strlen(dmi_strings[i].label);
		const char *path, *value;

		if (strcmp(section, dmi_strings[i].section) != 0 ||
			strncmp(line, dmi_strings[i].label, n) != 0 || line[n] != ':')
			continue;
		path = arena_printf(arena, "sys/class/dmi/id/%s", dmi_strings[i].file);
		value = line + n + 1 + strspn(line + n + 1, " \t");
		record_add(probe->record, path, MEMBER_FILE,
			(struct bytes){ (const uint8_t *)value, strlen(value) });
		record_cover(probe->record, path);
	}
}

static void take_dmidecode(struct probe *probe)
{
	const char *section = "", *line;
	struct bytes text;
	size_t at = 0;

	if (!read_log(probe, "dmidecode", &text) || text.length > DMIDECODE_MAX)
		return;
	probe->found++;
	while ((line = text_line(probe->record->arena, text, &at))) {
		if (line[0] != ' ' && line[0] != '\t')
			section = line;
		else
			take_dmi_line(probe, section, line);
	}
}

/* ---- the rest ---- */

/* "[    0.000000] Linux version 6.12.0 …" stands first in a log that is whole. */
static bool is_whole_log(struct bytes text)
{
	size_t at = 0, end;
	const char *start = (const char *)text.data;

	if (text.length && start[0] == '[') {
		const char *bracket = memchr(start, ']', text.length);

		at = bracket ? (size_t)(bracket - start) + 1 : 0;
	}
	while (at < text.length && start[at] == ' ')
		at++;
	end = text.length - at;
	return end >= 14 && memcmp(start + at, "Linux version ", 14) == 0;
}

static void take_dmesg(struct probe *probe)
{
	struct bytes text;

	if (!read_log(probe, "dmesg", &text))
		return;
	record_adopt(probe->record, "dev/kmsg", MEMBER_FILE,
		redact_text(probe->redactor, text));
	if (is_whole_log(text))
		record_cover(probe->record, "dev/kmsg");
	probe->found++;
}

static void take_cpuinfo(struct probe *probe)
{
	struct bytes text;

	if (!read_log(probe, "cpuinfo", &text))
		return;
	record_adopt(probe->record, "proc/cpuinfo", MEMBER_FILE, text);
	record_cover(probe->record, "proc/cpuinfo");
}

/* `uname -a`: "Linux HOST RELEASE …"; the host's name stays out. */
static void take_uname(struct probe *probe)
{
	struct bytes text;
	const char *words, *release;
	size_t n;

	if (!read_log(probe, "uname", &text))
		return;
	words = text_trim(probe->record->arena, text);
	if (!text_starts(words, "Linux "))
		return;
	release = strchr(words + 6, ' ');
	n = release ? strcspn(release + 1, " ") : 0;
	if (n)
		record_add_fact(probe->record, "uname.release",
			arena_strndup(probe->record->arena, release + 1, n));
}

int foreign_hwprobe(
	int dirfd, struct arena *arena, struct record **ret_record, struct err *err)
{
	struct probe probe = { .record = record_new(arena),
		.redactor = redactor_new(arena),
		.logs = open_logs(dirfd) };

	if (probe.logs < 0)
		return err_set(err, STATUS_BAD_INPUT, _("no logs of hw-probe in it"));
	take_lspci(&probe);
	take_acpidump(&probe);
	take_dmidecode(&probe);
	take_dmesg(&probe);
	take_cpuinfo(&probe);
	take_uname(&probe);
	close(probe.logs);
	if (probe.found == 0)
		return err_set(err, STATUS_BAD_INPUT,
			_("its hw-probe logs hold nothing usable"));
	probe.record->made_by = "hw-probe";
	record_seal(probe.record);
	*ret_record = probe.record;
	return 0;
}
