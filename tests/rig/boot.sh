#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots the image on the emulated PCs: tests/rig/boot.sh [OPTION]... [BOARD]...
#   --iso FILE   the image (build/image/gpuhost.iso)
#   --direct     kernel and initrd beside the image, with gpuhost.test: skips the boot
#                loader, and the PC ends by itself; else someone presses "o" (power off),
#                or the power button where there is no keyboard
#   --usb --nvme --virtio   how the image is attached
# For each board (all of them) the verdict must be what the board's file expects, and the
# capture left on the stick, judged here, must give the report left beside it. What each
# run wrote stays in build/rig/boot/BOARD.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
gpuhost=${GPUHOST:-$top/build/gpuhost}
out=${RIG_OUT:-$top/build/rig/boot}
iso=$top/build/image/gpuhost.iso
attach=--usb
direct=
boards=()
passed=0
failed=0
words='intel_iommu=on iommu=pt quiet loglevel=3 console=tty0 console=ttyS0,115200 gpuhost.test'

while [ $# -gt 0 ]; do
	case $1 in
	--iso)
		iso=${2-}
		shift
		;;
	--direct) direct=1 ;;
	--usb | --nvme | --virtio) attach=$1 ;;
	-*)
		sed -n '3,10s/^# //p' "$0" >&2
		exit 64
		;;
	*) boards+=("$1") ;;
	esac
	shift
done
[ ${#boards[@]} -gt 0 ] || mapfile -t boards < <("$here/rig" boards)
for file in "$iso" "$gpuhost"; do
	if ! [ -r "$file" ]; then
		echo "boot.sh: no $file: build it first (make all iso)" >&2
		exit 66
	fi
done

# Sorted, one a line, from "a,b" or "a b".
sorted() {
	tr -s ', ' '[\n*]' <<<"$1" | grep . | LC_ALL=C sort
}

# value LINE KEY: of "KEY=VALUE" in a marker.
value() {
	sed -n "s/.* $2=\([^ ]*\).*/\1/p" <<<"$1 "
}

# Prints what is not as expected.
compare_verdict() {
	local line=$1 verdict fail unknown
	{ read -r verdict && IFS= read -r fail && IFS= read -r unknown; } < <("$here/rig" expect "$2")
	if [ -z "$line" ]; then
		echo "no verdict"
		return
	fi
	[ "$(value "$line" verdict)" = "$verdict" ] ||
		echo "verdict: $(value "$line" verdict), expected: $verdict"
	diff <(sorted "$fail") <(sorted "$(value "$line" fails)") | sed -n 's/^[<>]/fails: &/p'
	diff <(sorted "$unknown") <(sorted "$(value "$line" unknown)") |
		sed -n 's/^[<>]/unknown: &/p'
}

# The stick's own partition is its last one; mtools want its place in bytes.
partition() {
	local start
	start=$(sfdisk -d "$1" | sed -n 's/.*start= *\([0-9]*\),.*/\1/p' | tail -1)
	echo "$1@@$((start * 512))"
}

# Fetches what was left on the stick; prints what is wrong with it.
compare_report() {
	local stick=$1 path=$2 folder=$3
	if [ -z "$path" ]; then
		echo "nothing was saved"
		return
	fi
	if ! mcopy -s -n -i "$(partition "$stick")" "::/$path" "$folder/report" 2>&1; then
		echo "$path is not on the stick"
		return
	fi
	"$gpuhost" check --from "$folder/report/capture.tar.zst" --format json \
		>"$folder/replay.json"
	diff "$folder/report/report.json" "$folder/replay.json" >"$folder/replay.diff" ||
		echo "the capture gives other findings here: see $folder/replay.diff"
}

run_board() {
	local board=$1 folder=$out/$1 how status saved verdict key=o
	[ "$("$here/rig" value "$board" keyboard)" = yes ] || key=powerbutton
	rm -rf "$folder"
	mkdir -p "$folder"
	cp --reflink=auto "$iso" "$folder/stick.img"
	chmod u+w "$folder/stick.img"
	if [ -n "$direct" ]; then
		how=(--kernel "$(dirname "$iso")/vmlinuz" --initrd "$(dirname "$iso")/initrd.cpio"
			--append "$words")
	else
		how=(--keys-at "GPUHOST-SAVED =$key" --until off)
	fi
	[ "$("$here/rig" value "$board" display)" != yes ] ||
		how=(--shot-at "GPUHOST-SAVED =$folder/screen.png" "${how[@]}")
	"$here/rig" run "$board" --iso "$folder/stick.img" --write "$attach" \
		"${how[@]}" --serial "$folder/serial.log" \
		--gpu-log "$folder/gpu.log" --idle 90 --timeout 300 >"$folder/times" \
		2>"$folder/errors"
	status=$?
	verdict=$(grep -a '^time marker .* GPUHOST-VERDICT' "$folder/times" | tail -1)
	saved=$(grep -a '^time marker .* GPUHOST-SAVED' "$folder/times" | tail -1)
	{
		[ $status = 0 ] || echo "the run ended with status $status: $(tail -1 "$folder/times")"
		cat "$folder/errors"
		compare_verdict "$verdict" "$board"
		compare_report "$folder/stick.img" "$(value "$saved" path)" "$folder"
		if [ -n "$direct" ] && ! grep -q 'GPUHOST-RESULT status=ok stage=check' "$folder/times"; then
			echo "no result"
		fi
	} >"$folder/wrong"
	rm -f "$folder/stick.img"
	report "$board" "$folder" "$verdict" "$saved"
}

report() {
	local board=$1 folder=$2 verdict=$3 saved=$4 off
	off=$(sed -n 's/^time \(off\|ended\|seen\) \([0-9.]*\).*/\2/p' "$folder/times" | tail -1)
	if [ -s "$folder/wrong" ]; then
		failed=$((failed + 1))
		echo "not ok boot $board"
		sed 's/^/# /' "$folder/wrong"
	else
		passed=$((passed + 1))
		echo "ok boot $board: $(value "$verdict" verdict)," \
			"verdict $(cut -d' ' -f3 <<<"$verdict") s," \
			"saved $(cut -d' ' -f3 <<<"$saved") s, off $off s"
	fi
}

for board in "${boards[@]}"; do
	run_board "$board"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
