#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For the other lints: lists the tree's own files of a kind, one a line; `source` adds C++
# and `all` everything but captures and other people's data.
set -u
find_in() {
	find "$@" -not -path '*/.git/*' -not -path './build/*' 2>/dev/null |
		sed 's,^\./,,' | LC_ALL=C sort
}
case $1 in
c) find_in src include tests -type f -name '*.[ch]' ;;
source) find_in src include tests -type f '(' -name '*.[ch]' -o -name '*.cc' ')' ;;
script)
	find_in . -type f -not -path './tests/machines/*' |
		tr '\n' '\0' | xargs -0 -r awk 'FNR == 1 { if (/^#!.*sh( |$)/) print FILENAME; nextfile }'
	find_in src -name '*.bash'
	;;
all)
	find_in . -type f -not -path './tests/machines/*' -not -path './tests/fuzz/crashes/*' \
		-not -name '*.png'
	;;
esac | LC_ALL=C sort -u
