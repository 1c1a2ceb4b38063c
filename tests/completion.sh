#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion offers what the program has: its commands, and each command's options.
set -u
gpuhost=${GPUHOST:-build/gpuhost}
# shellcheck source=src/cli/gpuhost.bash
. src/cli/gpuhost.bash
passed=0
failed=0

# complete_line WORD...: what bash would offer for the last word.
complete_line() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_gpuhost
	echo "${COMPREPLY[*]}"
}

expect() {
	local wanted=$1 got
	shift
	got=$(complete_line "$@")
	if [ "$got" = "$wanted" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok '$*' gives '$got', not '$wanted'"
	fi
}

# The options that `COMMAND --help` tells of are the options offered.
options_of() {
	"$gpuhost" "$1" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | LC_ALL=C sort
}

for command in check capture compare; do
	told=$(options_of $command | grep -v -- '--help' | tr '\n' ' ')
	offered=$(complete_line gpuhost $command -- | tr ' ' '\n' | grep -v -- '--help' |
		LC_ALL=C sort | tr '\n' ' ')
	if [ "${told% }" = "${offered% }" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $command has '$told', and '$offered' is offered"
	fi
done
expect "check capture compare" gpuhost c
expect "capture" gpuhost ca
expect "--version" gpuhost --v
expect "json" gpuhost check --format j
expect "en zh_CN" gpuhost check --lang ""
expect "--from --format" gpuhost check --f
expect "Makefile" gpuhost check --from Makef
expect "Makefile" gpuhost compare Makef
expect "" gpuhost capture --gpu ""
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
