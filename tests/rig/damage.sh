#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots damaged copies of the image: tests/rig/damage.sh [--iso FILE] [CASE]...
# The kernel or we must say on the serial line what is wrong, and the verdict must come
# wherever its own programs are whole. Ends with "N passed, N failed"; what each run wrote
# stays in build/rig/damage/CASE.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
out=${RIG_OUT:-$top/build/rig/damage}
iso=$top/build/image/gpuhost.iso
passed=0
failed=0

if [ "${1-}" = --iso ]; then
	iso=${2-}
	shift 2
fi
if ! [ -r "$iso" ]; then
	echo "damage.sh: no $iso: build it first (make iso)" >&2
	exit 66
fi

# overwrite FILE BYTE COUNT: with what is no valid anything
overwrite() {
	head -c "$3" /dev/zero | tr '\0' '\245' |
		dd of="$1" bs=64K oflag=seek_bytes seek="$2" conv=notrunc status=none
}

# Where the last partition begins, in bytes.
stick_start() {
	echo $(($(sfdisk -d "$1" | sed -n 's/.*start= *\([0-9]*\),.*/\1/p' | tail -1) * 512))
}

# Where the initramfs's first entry with such a name begins, in bytes.
entry() {
	local at
	at=$(grep -a -b -o -m 1 "$2" "$1" | head -1)
	[ -n "$at" ] && echo "${at%%:*}"
}

# Each of these damages the image $1.
damage_boot_sector() { overwrite "$1" "$(stick_start "$1")" 512; }

# Behind the boot sector and what is reserved with it: both copies of the FAT, no folder.
damage_fat() {
	local start reserved fats
	start=$(stick_start "$1")
	reserved=$(od -A n -t u2 -j $((start + 14)) -N 2 "$1")
	fats=$(($(od -A n -t u2 -j $((start + 22)) -N 2 "$1") * 2))
	overwrite "$1" $((start + reserved * 512)) $((fats * 512))
}

damage_module() { overwrite "$1" $(($(entry "$1" 'fs/fat/vfat\.ko\.xz') + 400)) 64; }

# The third archive is the one that zstd packed: its magic follows the id's archive.
# PID 1 comes first in it, and is whole if the damage is behind it.
damage_programs() { overwrite "$1" $(($(entry "$1" 'usr/lib/gpuhost/id') + 100000)) 4096; }

damage_start() { overwrite "$1" $(($(entry "$1" 'usr/lib/gpuhost/id') + 2000)) 4096; }

# case NAME WHAT-THE-SERIAL-LINE-SAYS [VERDICT]
try() {
	local name=$1 words=$2 verdict=${3-} folder=$out/$1 status wrong=
	rm -rf "$folder"
	mkdir -p "$folder"
	cp --reflink=auto "$iso" "$folder/image"
	chmod u+w "$folder/image"
	"damage_${name//-/_}" "$folder/image"
	if cmp -s "$iso" "$folder/image"; then
		wrong="nothing was damaged;"
	fi
	"$here/rig" run asus-z790 --iso "$folder/image" --write --until 'GPUHOST-SAVED ' \
		--until 'gpuhost: the screen program died' \
		--serial "$folder/serial.log" --idle 40 --timeout 150 --grace 1 \
		>"$folder/times" 2>"$folder/errors"
	status=$?
	grep -a -q -E "$words" "$folder/serial.log" || wrong+=" the serial line lacks: $words;"
	[ -z "$verdict" ] || grep -a -q "GPUHOST-VERDICT verdict=$verdict " "$folder/serial.log" ||
		wrong+=" no verdict;"
	# A kernel that can't go on falls silent (2); nothing else may.
	[ $status = 0 ] || { [ $status = 2 ] && [ -z "$verdict" ]; } || wrong+=" status $status;"
	rm -f "$folder/image"
	if [ -n "$wrong" ]; then
		failed=$((failed + 1))
		echo "not ok $name:$wrong"
		tail -5 "$folder/serial.log" | tr -d '\r' | sed 's/^/# /'
	else
		passed=$((passed + 1))
		echo "ok $name ($(sed -n 's/^time \(seen\|silent\) \([0-9.]*\).*/\2/p' "$folder/times" |
			tail -1) s)"
	fi
}

cases=("$@")
[ ${#cases[@]} -gt 0 ] || cases=(boot-sector fat module programs start)
for name in "${cases[@]}"; do
	case $name in
	boot-sector) try "$name" '^GPUHOST-SAVED error=' ready ;;
	fat) try "$name" '^GPUHOST-SAVED (error|path)=' ready ;;
	module) try "$name" '^GPUHOST-SAVED error=' ready ;;
	programs) try "$name" '^gpuhost: the screen program died' ;;
	start) try "$name" 'Kernel panic' ;;
	*)
		echo "damage.sh: no case $name" >&2
		exit 64
		;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
