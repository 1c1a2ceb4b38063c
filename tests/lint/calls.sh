#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls nobody makes, and those that a library folder doesn't make: it neither prints, nor
# exits, nor logs. (abort() stays allowed: it is how running out of memory ends.)
set -u
lints=$(dirname "$0")
bad=0
never='system|popen|strcpy|strcat|sprintf|vsprintf|atoi|atol|gets|tmpnam|mktemp|alloca'
library='printf|vprintf|puts|putchar|perror|exit|_exit|syslog|err|errx|warn|warnx'

# Comments and strings hold no calls.
code() {
	awk '{
		line = $0
		gsub(/\\./, "", line)
		gsub(/"[^"]*"/, "\"\"", line)
		if (inside && sub(/^.*\*\//, "", line))
			inside = 0
		gsub(/\/\*[^*]*(\*[^\/][^*]*)*\*\//, "", line)
		if (sub(/\/\*.*$/, "", line) && !inside) {
			inside = 1
			print FILENAME ":" FNR ": " line
			next
		}
		sub(/\/\/.*$/, "", line)
		if (!inside)
			print FILENAME ":" FNR ": " line
	}' "$@"
}

find_calls() {
	local words=$1
	shift
	[ $# -gt 0 ] || return 0
	if code "$@" | grep -E "(^|[^A-Za-z0-9_.>])($words) *\("; then
		bad=1
	fi
}

mapfile -t every < <("$lints/files.sh" source)
mapfile -t libraries < <("$lints/files.sh" source |
	grep -E '^src/(base|machine|check|report|live)/')
find_calls "$never" "${every[@]}"
find_calls "$library" "${libraries[@]}"
exit $bad
