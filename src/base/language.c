/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses the language and points gettext at its catalogue.
 *
 * glibc translates only if LC_MESSAGES is a locale other than "C" (and, since 2.39, other
 * than "C.UTF-8"), and bare machines have no other. So the build puts a locale of our own
 * that has LC_MESSAGES alone beside the catalogue: <folder>/zh_CN/LC_MESSAGES holds
 * gpuhost.mo and SYS_LC_MESSAGES, and LOCPATH finds it whatever the system has.
 */
#include "gpuhost/language.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "gpuhost"
#define CHINESE "zh_CN"

/* Any Chinese locale gets our one Chinese; "zh-Hans" and the like are Chinese too. */
static bool is_chinese(const char *locale)
{
	return strncmp(locale, "zh", 2) == 0 && strchr("_-.@:", locale[2]);
}

/* LANGUAGE lists languages in order of preference, "fr:zh_CN:en"; the first that we speak
 * counts. */
static const char *language_of_list(const char *list)
{
	for (const char *item = list; item; item = strchr(item, ':')) {
		item += *item == ':';
		if (is_chinese(item))
			return CHINESE;
		if (strncmp(item, "en", 2) == 0)
			return "en";
	}
	return "en";
}

/* The rules of gettext: LANGUAGE counts only where there is a locale, for an environment
 * that says "C" wants English. */
static const char *language_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = NULL, *list = getenv("LANGUAGE");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		locale = getenv(names[i]);
		if (locale && *locale)
			break;
	}
	if (!locale || !*locale || strcmp(locale, "C") == 0 ||
		strcmp(locale, "POSIX") == 0)
		return "en";
	return language_of_list(list && *list ? list : locale);
}

static bool has_catalogue(const char *folder)
{
	char path[PATH_MAX];
	int length = snprintf(
		path, sizeof(path), "%s/" CHINESE "/LC_MESSAGES/" DOMAIN ".mo", folder);

	return length > 0 && (size_t)length < sizeof(path) && access(path, R_OK) == 0;
}

/* Beside the executable in the build folder, ../share/gpuhost/locale once installed. */
static bool find_folder(char *ret_folder, size_t size)
{
	static const char *const places[] = { "locale", "../share/" DOMAIN "/locale" };
	char executable[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", executable, sizeof(executable) - 1);
	char *slash;

	if (length <= 0)
		return false;
	executable[length] = '\0';
	slash = strrchr(executable, '/');
	if (!slash)
		return false;
	slash[1] = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		length = snprintf(ret_folder, size, "%s%s", executable, places[i]);
		if ((size_t)length < size && has_catalogue(ret_folder))
			return true;
	}
	return false;
}

/* LOCPATH is for this one call: children must see the environment as it was. */
static bool set_chinese_locale(const char *folder)
{
	const char *before = getenv("LOCPATH");
	char *kept = before ? strdup(before) : NULL;
	bool done;

	setenv("LOCPATH", folder, 1);
	done = setlocale(LC_MESSAGES, CHINESE ".UTF-8") != NULL;
	if (kept)
		setenv("LOCPATH", kept, 1);
	else
		unsetenv("LOCPATH");
	free(kept);
	return done || setlocale(LC_MESSAGES, CHINESE ".UTF-8");
}

/* gettext looks at LANGUAGE before the locale's name, so it must say the same. */
static int set_chinese(const char *folder)
{
	char found[PATH_MAX];

	if (!folder && find_folder(found, sizeof(found)))
		folder = found;
	if (!folder || !has_catalogue(folder) || !set_chinese_locale(folder))
		return -1;
	setenv("LANGUAGE", CHINESE, 1);
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
	return 0;
}

int language_set(const char *language, const char *folder)
{
	if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C");
	if (!language) {
		if (strcmp(language_of_environment(), CHINESE) == 0)
			set_chinese(folder);
		return 0;
	}
	if (strcmp(language, "en") == 0)
		return 0;
	return strcmp(language, CHINESE) == 0 ? set_chinese(folder) : -1;
}

const char *language_name(void)
{
	const char *locale = setlocale(LC_MESSAGES, NULL);

	return locale && is_chinese(locale) ? CHINESE : "en";
}
