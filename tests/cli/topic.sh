#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs one topic of the command-line tests in a private folder: what the topics share.
set -u
here=$(realpath "$(dirname "$0")")
top=$PWD
machines=$top/tests/machines
schema=$top/src/report/report.schema.json
work=$(mktemp -d)
# Copies of the machines are read-only, as they are.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir "$work/tmp"
chmod 711 "$work"
chmod 1777 "$work/tmp"
export TMPDIR=$work/tmp
unset LANG LANGUAGE LC_ALL LC_MESSAGES LC_CTYPE NO_COLOR
# A sanitizer's report must not look like a verdict.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99
sanitized=
if grep -qa __asan_init "$GPUHOST"; then
	sanitized=1
fi
export sanitized here top machines schema

ok() {
	echo "ok - $*"
}

# not_ok NAME WHY
not_ok() {
	echo "not ok - $1: $2"
}

skip() {
	echo "skipped - $1: $2"
}

# is NAME COMMAND…: passes when the command does.
is() {
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$(tail -3 <<<"$said" | tr '\n' ' ')"
	fi
}

python() {
	"$PYTHON" -W ignore "$@"
}

# Runs gpuhost; leaves $work/out, $work/err and $status.
call() {
	timeout -k 5 20 "$GPUHOST" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

# What is wrong with any run at all: a hang, a crash, something left behind.
trouble() {
	local left
	left=$(ls -A "$work/tmp")
	if [ "$status" = 124 ] || [ "$status" = 137 ]; then
		echo "hung"
	elif [ "$status" -ge 128 ] || grep -qa -e Sanitizer -e 'runtime error' "$work/err"; then
		echo "crashed with $status: $(head -c 400 "$work/err" | tr '\n' ' ')"
	elif [ -n "$left" ]; then
		echo "left behind in TMPDIR: $left"
		rm -rf "$work/tmp/"*
	fi
}

# An error is one sentence on standard error that names the program, and nothing else.
bad_sentence() {
	local lines
	lines=$(wc -l <"$work/err")
	if [ -s "$work/out" ]; then
		echo "printed on standard output: $(head -c 100 "$work/out")"
	elif [ "$lines" != 1 ] || [ "$(tail -c 1 "$work/err" | od -An -tx1)" != ' 0a' ]; then
		echo "$lines lines on standard error: $(head -c 300 "$work/err")"
	elif ! grep -qa '^gpuhost\( [a-z]*\)\?\(: \|：\).*[^ ]$' "$work/err"; then
		echo "no sentence: $(cat "$work/err")"
	elif LC_ALL=C grep -qa '[[:cntrl:]]' "$work/err"; then
		echo "control characters: $(cat -v "$work/err")"
	fi
}

# had_status NAME STATUSES: judges the last call as an error of one of them.
had_status() {
	local wrong
	wrong=$(trouble)
	[ -n "$wrong" ] || case " $2 " in
	*" $status "*) wrong=$(bad_sentence) ;;
	*) wrong="status $status instead of $2: $(head -c 300 "$work/err")" ;;
	esac
	if [ -n "$wrong" ]; then
		not_ok "$1" "$wrong"
	else
		ok "$1"
	fi
}

# refuses NAME STATUSES ARGUMENT…
refuses() {
	local name=$1 statuses=$2
	shift 2
	call "$@"
	had_status "$name" "$statuses"
}

# judged NAME STATUSES: judges the last call as one that gave a report.
judged() {
	local wrong
	wrong=$(trouble)
	[ -n "$wrong" ] || case " $2 " in
	*" $status "*)
		if [ ! -s "$work/out" ]; then
			wrong="printed nothing"
		elif [ -s "$work/err" ]; then
			wrong="complained: $(head -c 300 "$work/err")"
		fi
		;;
	*) wrong="status $status instead of $2: $(head -c 300 "$work/err")" ;;
	esac
	if [ -n "$wrong" ]; then
		not_ok "$1" "$wrong"
	else
		ok "$1"
	fi
}

# gives NAME STATUSES ARGUMENT…; the report is left in $work/out.
gives() {
	local name=$1 statuses=$2
	shift 2
	call "$@"
	judged "$name" "$statuses"
}

# says NAME PATTERN: the last error holds it.
says() {
	if grep -q -e "$2" "$work/err"; then
		ok "$1"
	else
		not_ok "$1" "said: $(cat "$work/err")"
	fi
}

# json FILE EXPRESSION: a Python expression over the report `r` and `f`, its findings by id
# (of the machine, or of the one GPU), as in: json report 'f["iommu-sane"]["status"]'.
json() {
	python -c 'import json, sys
r = json.load(open(sys.argv[1]))
f = {x["id"]: x for x in r["findings"]}
print(eval(sys.argv[2]))' "$1" "$2" 2>&1 | tail -1
}

# json_is NAME FILE EXPRESSION VALUE
json_is() {
	local value
	value=$(json "$2" "$3")
	if [ "$value" = "$4" ]; then
		ok "$1"
	else
		not_ok "$1" "$3 is $value instead of $4"
	fi
}

# Runs as somebody without rights: only when we have them, and the program can be reached.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

can_be_nobody() {
	[ "$(id -u)" = 0 ] && as_nobody test -x "$GPUHOST" -a -r "$here/topic.sh" 2>/dev/null
}

call_as_nobody() {
	as_nobody timeout -k 5 20 "$GPUHOST" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

# shellcheck disable=SC1090 # one of those beside this
. "$here/$1.sh"
echo "# end of topic"
