#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions have at most 60 lines between their braces, files at most 400.
set -u
# shellcheck disable=SC2016 # awk's dollars
"$(dirname "$0")/files.sh" source | xargs -r awk '
	FNR == 1 { start = 0 }
	/^\{/ && before !~ /^(class|struct|union|namespace|enum)/ { start = FNR }
	/^\}/ && start {
		if (FNR - start - 1 > 60) {
			print FILENAME ":" start ": function of " FNR - start - 1 " lines"
			bad = 1
		}
		start = 0
	}
	{ before = $0 }
	FNR == 401 {
		print FILENAME ": more than 400 lines"
		bad = 1
	}
	END { exit bad }
'
