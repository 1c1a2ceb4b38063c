/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a terminal: firmware and boot loaders send escape sequences among them. */
#include "watch.h"

bool lines_add(struct lines *lines, char byte)
{
	if (byte == '\033') {
		lines->escape = 1;
		return false;
	}
	if (lines->escape == 1) {
		lines->escape = byte == '[' ? 2 : 0;
		return false;
	}
	if (lines->escape == 2) { /* parameters, then a letter (ECMA-48 5.4) */
		if (byte >= 0x40 && byte <= 0x7e)
			lines->escape = 0;
		return false;
	}
	if (byte == '\n') {
		lines->text[lines->length] = '\0';
		lines->length = 0;
		return true;
	}
	/* A carriage return means that the line is written anew, or that it ends. */
	if (byte != '\r' && byte != '\0' && lines->length < sizeof(lines->text) - 1)
		lines->text[lines->length++] = byte;
	return false;
}
