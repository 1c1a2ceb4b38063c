# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: where reports go, and what stays behind: a whole file or none.
machine=$machines/asrock-b650-pg-lightning_no-ivrs
big=$machines/pciutils/tree-asus-p6t6

for format in text json html; do
	call check --from "$machine" --format $format
	cp "$work/out" "$work/expected"
	call check --from "$machine" --format $format --output "$work/report"
	is "--output: $format has the verdict's status" test "$status" = 2
	is "--output: $format prints nothing" test ! -s "$work/out" -a ! -s "$work/err"
	is "--output: $format is what standard output gets" cmp "$work/report" "$work/expected"
done
head -c 1M /dev/zero >"$work/report"
call check --from "$machine" --output "$work/report"
call check --from "$machine"
is "an older file is replaced" cmp "$work/report" "$work/out"
echo older >"$work/report"
refuses "an error of input" 66 check --from "$work/nowhere" --output "$work/report"
is "an error of input leaves the older file" grep -qx older "$work/report"
refuses "an error of input makes no file" 66 check --from "$work/nowhere" --output "$work/new"
is "there is no file then" test ! -e "$work/new"
(
	umask 027
	"$GPUHOST" check --from "$machine" --output "$work/masked"
)
is "a new file's mode is the usual one" test "$(stat -c %a "$work/masked")" = 640

mkdir "$work/folder"
for target in /dev/null /dev/full "$work/folder"; do
	refuses "--output $(basename "$target")" 73 check --from "$machine" --output "$target"
done
is "/dev/null is still a device" test -c /dev/null
mkfifo "$work/fifo"
refuses "--output a pipe that nobody reads" 73 check --from "$machine" --output "$work/fifo"
refuses "--output in no folder" "66 73 74" check --from "$machine" --output "$work/no/where"
refuses "--output with an empty name" "64 66 73 74 77" check --from "$machine" --output ""
(
	# A file system that is full: the file ends at 1 KiB.
	trap '' XFSZ
	ulimit -f 1
	exec timeout 20 "$GPUHOST" check --from "$machine" --format html \
		--output "$work/folder/x" 2>"$work/err-small"
)
status=$?
cp "$work/err-small" "$work/err"
: >"$work/out"
had_status "no room for the report" 74
is "no room leaves nothing behind" test -z "$(ls -A "$work/folder")"

# Standard output that can't be written.
printed() {
	local name=$1
	shift
	timeout 20 "$GPUHOST" "$@" >/dev/full 2>"$work/err"
	status=$?
	: >"$work/out"
	had_status "$name on a full device" 74
	timeout 20 "$GPUHOST" "$@" >&- 2>"$work/err"
	status=$?
	had_status "$name with standard output closed" 74
}
for format in text json html; do
	printed $format check --from "$machine" --format $format
done
printed compare compare "$machine" "$machine"
printed --help --help
printed "check --help" check --help
printed --version --version
timeout 20 "$GPUHOST" check --from "$big" --format html 2>"$work/err" | head -c 1 >/dev/null
status=${PIPESTATUS[0]}
: >"$work/out"
# Whether it notices depends on who is faster.
if [ "$status" -le 3 ]; then
	ok "a pipe whose reader leaves"
else
	had_status "a pipe whose reader leaves" 74
fi
timeout 20 "$GPUHOST" check --from "$work/nowhere" 2>&-
status=$?
is "an error with standard error closed" test $status = 66
gives "everything but standard output closed" 2 check --from "$machine" <&-

# Stopped while it reads: the temporary folder goes with it.
"$GPUHOST" capture --output "$work/this.tar.zst" >/dev/null
for signal in TERM INT HUP; do
	left=
	for delay in 001 002 003 004 005 006 008 010 012 015 018 020 030 040; do
		for input in "$big" "$work/this.tar.zst"; do
			# A job in the background would ignore INT.
			python -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$GPUHOST" check --from "$input" \
				>/dev/null 2>&1 &
			child=$!
			# Not before the program runs.
			until [ "$(readlink "/proc/$child/exe")" = "$GPUHOST" ] ||
				! kill -0 $child 2>/dev/null; do
				:
			done
			sleep "0.$delay"
			kill -$signal $child 2>/dev/null
			wait $child 2>/dev/null
			left+=$(ls -A "$work/tmp")
		done
	done
	is "SIG$signal leaves nothing behind" test -z "$left"
	rm -rf "$work/tmp/"*
done
