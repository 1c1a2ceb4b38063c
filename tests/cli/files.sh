# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: inputs that are no capture at all, or can't be read.
machine=$machines/asrock-b650e-riptide_ivrs

refuses "a file that is not there" 66 check --from "$work/nowhere"
says "a file that is not there is named" "$work/nowhere"
refuses "a folder that is not there" 66 check --from "$work/nowhere/"
refuses "an empty name" 66 check --from ""
refuses "a file taken for a folder" "65 66" check --from "$machine/MANIFEST.json/x"
refuses "a name that is too long" "65 66" check --from "$(printf 'x%.0s' {1..5000})"
refuses "a name with control characters" 66 check --from $'\n\e[31mred'
ln -s nowhere "$work/dangling"
refuses "a link to nowhere" 66 check --from "$work/dangling"
ln -s loop "$work/loop"
refuses "a link to itself" "65 66 74" check --from "$work/loop"
ln -s "$machine" "$work/link"
gives "a link to a capture" 3 check --from "$work/link"

: >"$work/empty"
refuses "an empty file" 65 check --from "$work/empty"
refuses "/dev/null" 65 check --from /dev/null
refuses "/dev/zero" 65 check --from /dev/zero
refuses "/dev/full" 65 check --from /dev/full
mkfifo "$work/fifo"
refuses "a pipe that nobody writes" 65 check --from "$work/fifo"
python -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$work/socket"
refuses "a socket" "65 66 74" check --from "$work/socket"
for size in 1 511 512 4096 1000000; do
	head -c $size /dev/urandom >"$work/random"
	refuses "$size random bytes" 65 check --from "$work/random"
	head -c $size /dev/zero >"$work/random"
	refuses "$size zeros" 65 check --from "$work/random"
	tr '\0' '\n' </dev/zero | head -c $size >"$work/random"
	refuses "$size newlines" 65 check --from "$work/random"
done
refuses "a text that is nothing" 65 check --from "$top/Makefile"
refuses "a program" 65 check --from "$GPUHOST"
refuses "a manifest alone" 65 check --from "$machine/MANIFEST.json"
refuses "a report" 65 check --from "$schema"
truncate -s 20G "$work/sparse"
refuses "a file of 20 GiB" 65 check --from "$work/sparse"
rm "$work/sparse"

mkdir "$work/folder"
refuses "an empty folder" 65 check --from "$work/folder"
mkdir "$work/folder/MANIFEST.json"
refuses "a folder whose manifest is a folder" 65 check --from "$work/folder"
rmdir "$work/folder/MANIFEST.json"
ln -s "$machine/MANIFEST.json" "$work/folder/MANIFEST.json"
refuses "a folder whose manifest is a link" 65 check --from "$work/folder"
rm "$work/folder/MANIFEST.json"
mkfifo "$work/folder/MANIFEST.json"
refuses "a folder whose manifest is a pipe" 65 check --from "$work/folder"
rm "$work/folder/MANIFEST.json"
: >"$work/folder/MANIFEST.json"
refuses "a folder whose manifest is empty" 65 check --from "$work/folder"
sed 's,gpuhost-capture/1,gpuhost-capture/2,' "$machine/MANIFEST.json" >"$work/folder/MANIFEST.json"
refuses "a folder of another version" 65 check --from "$work/folder"
head -c 300 "$machine/MANIFEST.json" >"$work/folder/MANIFEST.json"
refuses "a folder whose manifest is cut off" 65 check --from "$work/folder"

# A broken member is data, never an error.
cp -r "$machine/." "$work/odd"
chmod -R u+w "$work/odd"
tables=$work/odd/sys/firmware/acpi/tables
for damage in "rm -f" "truncate -s 0" "truncate -s 20" "truncate -s 49"; do
	$damage "$tables/IVRS" "$tables/APIC"
	gives "a capture whose tables went through: $damage" "2 3" check --from "$work/odd"
	cp --no-preserve=mode "$machine"/sys/firmware/acpi/tables/* "$tables"
done
rm "$tables/IVRS"
mkfifo "$tables/IVRS"
refuses "a capture with a pipe for a table" 65 check --from "$work/odd"
rm "$tables/IVRS"
ln -s /dev/zero "$tables/IVRS"
gives "a capture with a link for a table" "2 3" check --from "$work/odd"
for side in evidence advice; do
	call check --from "$work/odd" --format json
	json_is "a link in a capture is not followed ($side)" "$work/out" \
		"'/dev/zero' in str([x['$side'] for x in r['findings']])" False
done

if can_be_nobody; then
	cp -r "$machine" "$work/secret"
	install -m 600 "$machines/pciutils/cap-rebar" "$work/secret-file"
	chmod 700 "$work/secret"
	for input in secret secret-file secret/MANIFEST.json; do
		call_as_nobody check --from "$work/$input"
		had_status "unreadable: $input" 77
	done
	chmod 755 "$work/secret"
	chmod 600 "$work/secret/MANIFEST.json"
	call_as_nobody check --from "$work/secret"
	had_status "a capture whose manifest is unreadable" 77
	chmod 644 "$work/secret/MANIFEST.json"
	chmod 600 "$work/secret/sys/firmware/acpi/tables/IVRS"
	call_as_nobody check --from "$work/secret" --format json
	judged "a capture with an unreadable table" 3
	json_is "an unreadable table is unknown" "$work/out" "f['iommu-firmware']['status']" unknown
else
	skip "unreadable inputs" "only as root, with a program that others can reach"
fi

# The private folder: where there is none, that is said, and there is still no crash.
for input in "$machine" "$machines/pciutils/tree-asus-p6t6" "$machines/lspci/desktop-rtx4080.txt"; do
	for folder in "$work/nowhere" /proc /dev/null ""; do
		TMPDIR=$folder call check --from "$input"
		if [ "$status" -gt 3 ]; then
			had_status "TMPDIR=\"$folder\" for ${input##*/}" "65 66 74 77"
		else
			judged "TMPDIR=\"$folder\" for ${input##*/}" 3
		fi
	done
done
