#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Final newlines, no spaces at line ends, no CR; scripts can be executed, others can't.
set -u
lints=$(dirname "$0")
bad=0
while IFS= read -r file; do
	[ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ] && echo "$file: no final newline" && bad=1
	grep -nIE '[[:blank:]]+$|'$'\r' "$file" /dev/null && bad=1
	if head -c 2 "$file" | grep -q '#!'; then
		[ -x "$file" ] || { echo "$file: a script that can't be executed" && bad=1; }
	elif [ -x "$file" ]; then
		echo "$file: executable, and no script"
		bad=1
	fi
done < <("$lints/files.sh" all)
exit $bad
