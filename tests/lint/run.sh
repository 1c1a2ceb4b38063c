#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs every lint over a tree (this one, or the folder given). Each is a script
# tests/lint/NAME.sh that prints what is wrong and fails if anything is; 77 means that it
# can't judge here, and its output says why.
set -u
lints=$(cd "$(dirname "$0")" && pwd)
cd "${1:-.}" || exit 64
passed=0
failed=0
for lint in "$lints"/[a-z]*.sh; do
	name=$(basename "$lint" .sh)
	case $name in run | files | selftest) continue ;; esac
	output=$("$lint" 2>&1 </dev/null)
	case $? in
	0)
		echo "ok lint $name"
		passed=$((passed + 1))
		;;
	77) echo "skipped lint $name: $output" ;;
	*)
		echo "not ok lint $name"
		echo "# ${output//$'\n'/$'\n'# }"
		failed=$((failed + 1))
		;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
