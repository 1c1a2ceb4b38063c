#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# C sources are as clang-format makes them. Other majors than Debian 12's format some
# constructs differently, so only that one judges.
version=$(clang-format --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
if [ "$version" != 14 ]; then
	echo "clang-format is $version, and the tree is formatted by 14"
	exit 77
fi
"$(dirname "$0")/files.sh" source | xargs -r clang-format --dry-run -Werror
