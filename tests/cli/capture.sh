# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: a capture of this machine, and that it gives the verdict the machine gives.
any="0 1 2 3"
mkdir "$work/cwd"
cd "$work/cwd" || exit

gives "capture into the current folder" 0 capture
name=$(ls)
is "its name is gpuhost-BOARD-TIME.tar.zst" grep -qxE \
	'gpuhost-[a-z0-9-]+-20[0-9]{6}-[0-9]{6}\.tar\.zst' <<<"$name"
is "it says which file it wrote" grep -q "$name" "$work/out"
is "what it says fits 80 columns, but for the name" python "$here/columns.py" \
	<(sed "s,^.*tar.zst,x," "$work/out")
cd "$top" || exit
gives "capture --output" 0 capture --output "$work/this.tar.zst"
cksum <"$work/this.tar.zst" >"$work/before"
refuses "it never overwrites" 73 capture --output "$work/this.tar.zst"
is "what was there is as it was" test "$(cksum <"$work/this.tar.zst")" = "$(cat "$work/before")"
: >"$work/empty"
refuses "not even an empty file" 73 capture --output "$work/empty"
refuses "nor a device" 73 capture --output /dev/full
refuses "nor a folder" "73 74" capture --output "$work/cwd"
ln -s nowhere "$work/dangling"
refuses "nor a link to nowhere" 73 capture --output "$work/dangling"
is "a link to nowhere stays one" test ! -e "$work/nowhere"
refuses "a folder that isn't there" "66 73 74" capture --output "$work/no/where.tar.zst"
refuses "an empty name" "64 66 73 74 77" capture --output ""
refuses "a name that is too long" "64 66 73 74" capture --output \
	"$work/$(printf 'x%.0s' {1..300})"
mkdir "$work/small"
(
	# A file system that is full: the file ends at 4 KiB.
	trap '' XFSZ
	ulimit -f 4
	TMPDIR=/dev/shm exec timeout 20 "$GPUHOST" capture --output "$work/small/x.tar.zst" \
		>"$work/out" 2>"$work/err"
)
status=$?
had_status "no room for the capture" 74
is "no room leaves nothing behind" test -z "$(ls -A "$work/small")"

# What is in it.
mkdir "$work/unpacked"
is "tar unpacks it" tar -C "$work/unpacked" -xf "$work/this.tar.zst"
tar -tvf "$work/this.tar.zst" >"$work/list" 2>"$work/tar-said"
is "tar has nothing to say about it" test ! -s "$work/tar-said"
is "MANIFEST.json comes first" grep -q 'MANIFEST.json$' <(head -1 "$work/list")
is "files, folders and links only" test -z "$(grep -v '^[-dl]' "$work/list")"
is "no hard links" test -z "$(grep ' link to ' "$work/list")"
tar -tf "$work/this.tar.zst" >"$work/names"
is "no absolute names, none that escape" test -z "$(grep -E '^/|(^|/)\.\.(/|$)' "$work/names")"
is "each name once" test -z "$(sort "$work/names" | uniq -d)"
is "members are below sys, proc and dev" test -z \
	"$(grep -vE '^(MANIFEST\.json$|sys/|proc/|dev/)' "$work/names")"
is "no BARs, ROMs, VPD" test -z \
	"$(grep -E '^sys/bus/pci/devices/[^/]*/(resource[0-9]|rom$|vpd$)' "$work/names")"
is "no child devices" test -z \
	"$(grep -E '^sys/bus/pci/devices/[^/]*/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.' "$work/names")"
is "no Windows key" test -z "$(grep -E '/(MSDM|SLIC)$' "$work/names")"
is "its PCI functions are those of this machine" test \
	"$(sed -n 's,^sys/bus/pci/devices/\([^/]*\)/config$,\1,p' "$work/names" | sort)" = \
	"$(find /sys/bus/pci/devices/ -mindepth 1 -printf '%f\n' 2>/dev/null | sort)"
is "links are kept as links" test -z "$(find "$work/unpacked" -path '*/devices/*' \
	'(' -name driver -o -name iommu_group ')' ! -type l)"
is "the manifest is as the format has it" python -c '
import json, re, sys
m = json.load(open(sys.argv[1]))
assert m["format"] == "gpuhost-capture/1", m["format"]
assert re.fullmatch(r"gpuhost \d+\.\d+\.\d+", m["made-by"]), m["made-by"]
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", m["when"]), m["when"]
assert all(isinstance(c, str) and c[0] != "/" for c in m["covers"]), m["covers"]
assert all(set(r) == {"path", "error"} for r in m["refused"]), m["refused"]
assert all(isinstance(v, str) for v in m["facts"].values())
assert m["facts"]["uname.release"] == sys.argv[2]
assert m["facts"]["euid"] == sys.argv[3]' \
	"$work/unpacked/MANIFEST.json" "$(uname -r)" "$(id -u)"
is "it holds no secret of this machine" python "$here/secrets_in.py" "$work/unpacked"

# Live and replayed.
gives "this machine" "$any" check --format json
verdict=$status
cp "$work/out" "$work/live"
is "this machine holds to the schema" python -m jsonschema -i "$work/live" "$schema"
for input in this.tar.zst unpacked; do
	gives "replayed: $input" $verdict check --from "$work/$input" --format json
	is "replayed as it was live: $input" diff "$work/live" "$work/out"
done
gives "this machine as text" $verdict check
is "this machine as text: 80 columns" python "$here/columns.py" "$work/out"
gives "this machine as HTML" $verdict check --format html
gives "this machine with itself" 0 compare "$work/this.tar.zst" "$work/unpacked"
zstd -qdc "$work/this.tar.zst" | xz -0 >"$work/this.tar.xz"
gives "packed again" $verdict check --from "$work/this.tar.xz" --format json
is "packed again it says the same" diff "$work/live" "$work/out"

if can_be_nobody; then
	mkdir -m 777 "$work/open"
	mkdir -m 755 "$work/closed"
	call_as_nobody check --format json
	judged "a normal user: check" "$any"
	cp "$work/out" "$work/live"
	verdict=$status
	call_as_nobody capture --output "$work/open/x.tar.zst"
	judged "a normal user: capture" 0
	is "a normal user is told what that costs" grep -q 'root' "$work/out"
	call_as_nobody check --from "$work/open/x.tar.zst" --format json
	judged "a normal user: replayed" "$verdict"
	is "a normal user: replayed as it was live" diff "$work/live" "$work/out"
	call check --from "$work/open/x.tar.zst" --format json
	is "a normal user's capture is the same to root" diff "$work/live" "$work/out"
	call_as_nobody capture --output "$work/closed/x.tar.zst"
	had_status "a normal user in a closed folder: capture" "74 77"
	call_as_nobody check --output "$work/closed/x.txt"
	had_status "a normal user in a closed folder: check" "74 77"
	is "nothing in a closed folder" test -z "$(ls -A "$work/closed")"
else
	skip "a normal user" "only as root, with a program that others can reach"
fi
