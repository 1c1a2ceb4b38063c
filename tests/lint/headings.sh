#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each source starts with its licence and a comment that says what it is for.
set -u
# shellcheck disable=SC2016 # awk's dollars
"$(dirname "$0")/files.sh" source | xargs -r awk '
	FNR == 1 && $0 != "/* SPDX-License-Identifier: GPL-2.0-or-later */" {
		print FILENAME ":1: no SPDX line"
		bad = 1
	}
	FNR == 2 && !/^\/\*/ {
		print FILENAME ":2: no comment on what this file is for"
		bad = 1
	}
	END { exit bad }
'
status=$?
while IFS= read -r script; do
	if ! head -3 "$script" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later'; then
		echo "$script: no SPDX line"
		status=1
	fi
done < <("$(dirname "$0")/files.sh" script)
exit $status
