/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of the kernel command line. */
#include "init.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static size_t add_text(char *words, size_t length, const char *text, size_t more)
{
	if (length + more + 2 > WORDS_SIZE)
		return length;
	memcpy(words + length, text, more);
	words[length + more] = ' ';
	return length + more + 1;
}

/* Words after "--" reach PID 1 as its arguments; so tests can give some as well. */
void words_read(char words[WORDS_SIZE], int argc, char **argv)
{
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, words, WORDS_SIZE - 2);
	size_t length = n > 0 ? (size_t)n : 0;

	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < length; i++) {
		if (words[i] == '\n' || words[i] == '\0')
			words[i] = ' ';
	}
	length = add_text(words, length, "", 0);
	for (int i = 1; i < argc; i++)
		length = add_text(words, length, argv[i], strlen(argv[i]));
	words[length] = '\0';
}

bool words_next(const char **cursor, const char *key, char *ret_value, size_t size)
{
	size_t key_length = strlen(key);

	for (;;) {
		const char *word = *cursor + strspn(*cursor, " \t\n");
		size_t length = strcspn(word, " \t\n");

		if (length == 0)
			return false;
		*cursor = word + length;
		if (length < key_length || memcmp(word, key, key_length) != 0)
			continue;
		length -= key_length;
		if (length >= size)
			length = size - 1;
		memcpy(ret_value, word + key_length, length);
		ret_value[length] = '\0';
		return true;
	}
}

bool words_has(const char *words, const char *word)
{
	char rest[2];

	while (words_next(&words, word, rest, sizeof(rest))) {
		if (rest[0] == '\0')
			return true;
	}
	return false;
}
