/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives files to a fuzzer's function without libFuzzer, so that saved inputs are tests
 * with every compiler: NAME_replay FILE... */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* A buffer of exactly the file's size, so that reading past its end is seen. */
static int replay(const char *path)
{
	FILE *stream = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (!stream || fseek(stream, 0, SEEK_END) != 0 || (size = ftell(stream)) < 0) {
		perror(path);
		return 1;
	}
	rewind(stream);
	data = malloc(size ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, stream) != (size_t)size) {
		perror(path);
		return 1;
	}
	fclose(stream);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
