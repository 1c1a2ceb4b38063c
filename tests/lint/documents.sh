#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Both READMEs list exactly the checks that src/check/table.c has, in its order.
set -u
table=src/check/table.c
[ -e "$table" ] || exit 0
listed=$(sed -n 's/^\t&check_\([a-z0-9_]*\),$/\1/p' "$table" | tr _ -)
bad=0
for document in README.md README.zh-CN.md; do
	shown=$(sed -n 's/^| \([a-z0-9-]*\) | \(blocker\|degraded\|info\|阻断\|降级\|信息\) |.*/\1/p' \
		"$document")
	if ! diff <(echo "$listed") <(echo "$shown"); then
		echo "$document: its table of checks is not that of $table"
		bad=1
	fi
done
exit $bad
