/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine as a whole: DMI, UEFI and its switches, TPM, kernel, memory. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

#define EFIVARS "sys/firmware/efi/efivars/"
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define HUGEPAGES "sys/kernel/mm/hugepages/hugepages-1048576kB/"

enum {
	EFIVAR_HEAD = 4 /* attributes, before the value (efivarfs) */
};

static const char *not_empty(const char *text)
{
	return text && *text ? text : NULL;
}

static const char *dmi_text(const struct record *record, const char *name)
{
	return not_empty(record_text(record, "sys/class/dmi/id/%s", name));
}

static void read_dmi(const struct record *record, struct dmi *ret)
{
	ret->board_vendor = dmi_text(record, "board_vendor");
	ret->board_name = dmi_text(record, "board_name");
	ret->product_name = dmi_text(record, "product_name");
	ret->sys_vendor = dmi_text(record, "sys_vendor");
	ret->bios_vendor = dmi_text(record, "bios_vendor");
	ret->bios_version = dmi_text(record, "bios_version");
	ret->bios_date = dmi_text(record, "bios_date");
}

static struct num number(const struct record *record, const char *path)
{
	uint64_t value;

	return record_number(record, &value, "%s", path) ? num_of(value)
							 : (struct num){ 0 };
}

/* The value of an EFI variable that has `size` bytes; any other size is unknown. */
static enum presence efi_variable(
	const struct record *record, const char *path, size_t size, struct num *ret_value)
{
	struct bytes data;
	enum presence presence = record_file(record, path, &data);

	if (presence == PRESENCE_PRESENT && data.length == EFIVAR_HEAD + size)
		*ret_value = num_of(bytes_le(data, EFIVAR_HEAD, size));
	return presence;
}

/* SecureBoot and SetupMode (UEFI 3.3): 0 or 1. Firmware without the variable, or without
 * UEFI, has no Secure Boot. */
static enum tri efi_switch(const struct record *record, const char *path, enum tri uefi)
{
	struct num value = { 0 };
	enum presence presence = efi_variable(record, path, 1, &value);

	if (presence == PRESENCE_PRESENT)
		return value.known && value.value <= 1 ? tri_of(value.value)
						       : TRI_UNKNOWN;
	if (uefi == TRI_NO)
		return TRI_NO;
	return presence == PRESENCE_ABSENT && uefi == TRI_YES ? TRI_NO : TRI_UNKNOWN;
}

static void read_uefi(const struct record *record, struct system *ret)
{
	switch (record_presence(record, "sys/firmware/efi")) {
	case PRESENCE_PRESENT:
		ret->uefi = TRI_YES;
		break;
	case PRESENCE_ABSENT:
		ret->uefi = TRI_NO;
		break;
	case PRESENCE_UNKNOWN:
		break;
	}
	ret->secure_boot = efi_switch(record, EFIVARS "SecureBoot" EFI_GLOBAL, ret->uefi);
	ret->setup_mode = efi_switch(record, EFIVARS "SetupMode" EFI_GLOBAL, ret->uefi);
	efi_variable(record, EFIVARS "OsIndicationsSupported" EFI_GLOBAL, 8,
		&ret->os_indications);
}

static void read_tpm(const struct record *record, struct system *ret)
{
	enum presence device = record_presence(record, "sys/class/tpm/tpm0");
	enum presence table = record_presence(record, "sys/firmware/acpi/tables/TPM2");
	struct num version = number(record, "sys/class/tpm/tpm0/tpm_version_major");

	if (version.known && (version.value == 1 || version.value == 2))
		ret->tpm_version = version;
	else if (table == PRESENCE_PRESENT)
		ret->tpm_version = num_of(2);
	if (device == PRESENCE_PRESENT || table == PRESENCE_PRESENT)
		ret->tpm = TRI_YES;
	else if (device == PRESENCE_ABSENT && table == PRESENCE_ABSENT)
		ret->tpm = TRI_NO;
}

/* "Linux version 6.12.0-1-amd64 (...) ..." */
static const char *kernel_release(const struct record *record, struct arena *arena)
{
	static const char prefix[] = "Linux version ";
	const char *release = not_empty(record_fact(record, "uname.release"));
	const char *version;

	if (release)
		return release;
	version = record_text(record, "proc/version");
	if (!version || !text_starts(version, prefix))
		return NULL;
	version += sizeof(prefix) - 1;
	return not_empty(arena_strndup(arena, version, strcspn(version, " ")));
}

/* "MemTotal:       32768000 kB" */
static struct num memory_total(const struct record *record)
{
	static const char key[] = "MemTotal:";
	struct bytes text;
	const char *at;
	char *end;
	unsigned long long kib;

	if (record_file(record, "proc/meminfo", &text) != PRESENCE_PRESENT)
		return (struct num){ 0 };
	at = memmem(text.data, text.length, key, sizeof(key) - 1);
	if (!at)
		return (struct num){ 0 };
	at += sizeof(key) - 1;
	at += strspn(at, " \t");
	if (!isdigit((unsigned char)*at))
		return (struct num){ 0 };
	kib = strtoull(at, &end, 10);
	if (!text_starts(end, " kB") || kib > UINT64_MAX >> 10)
		return (struct num){ 0 };
	return num_of((uint64_t)kib << 10);
}

void system_read(const struct record *record, struct arena *arena, struct system *ret)
{
	uint64_t euid;

	*ret = (struct system){ 0 };
	read_dmi(record, &ret->dmi);
	read_uefi(record, ret);
	read_tpm(record, ret);
	ret->kernel = kernel_release(record, arena);
	ret->command_line = record_text(record, "proc/cmdline");
	ret->hypervisor = not_empty(record_text(record, "sys/hypervisor/type"));
	ret->memory = memory_total(record);
	ret->hugepages_1g = number(record, HUGEPAGES "nr_hugepages");
	ret->hugepages_1g_free = number(record, HUGEPAGES "free_hugepages");
	if (record_fact_number(record, "euid", &euid))
		ret->euid = num_of(euid);
}

/* The kernel takes '-' and '_' in a parameter's name for the same. */
static bool same_name(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return true;
}

/* A word ends at white space outside double quotes. */
static size_t word_length(const char *at)
{
	bool quoted = false;
	size_t n = 0;

	for (; at[n] && (quoted || !isspace((unsigned char)at[n])); n++)
		if (at[n] == '"')
			quoted = !quoted;
	return n;
}

/* Takes one pair of quotes off, as the kernel does: "name=a b" and name="a b". */
static char *unquote(char *text)
{
	size_t length;

	if (*text != '"')
		return text;
	length = strlen(++text);
	if (length && text[length - 1] == '"')
		text[length - 1] = '\0';
	return text;
}

const char *command_line_get(
	const struct system *system, const char *name, struct arena *arena)
{
	const char *at = system->command_line, *found = NULL;
	size_t length = strlen(name), n;

	for (; at && *at; at += n) {
		char *word, *equals;

		while (isspace((unsigned char)*at))
			at++;
		n = word_length(at);
		if (n == 0)
			break;
		word = unquote(arena_strndup(arena, at, n));
		if (strcmp(word, "--") == 0)
			break; /* what follows is for init */
		equals = strchr(word, '=');
		if ((equals ? (size_t)(equals - word) : strlen(word)) == length &&
			same_name(word, name, length))
			found = equals ? unquote(equals + 1) : "";
	}
	return found;
}

bool command_line_has_option(const struct system *system, const char *name,
	const char *option, struct arena *arena)
{
	char *text = arena_strdup(
		arena, system->command_line ? system->command_line : "");
	size_t length = strlen(name);
	char *words, *options;

	for (char *word = strtok_r(text, " \t", &words); word;
		word = strtok_r(NULL, " \t", &words)) {
		if (!text_starts(word, name) || word[length] != '=')
			continue;
		for (char *one = strtok_r(word + length + 1, ",", &options); one;
			one = strtok_r(NULL, ",", &options))
			if (strcmp(one, option) == 0)
				return true;
	}
	return false;
}
