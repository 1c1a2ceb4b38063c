# shellcheck shell=bash disable=SC2154 # what topic.sh sets
# SPDX-License-Identifier: GPL-2.0-or-later
# Topic: captures as archives: well packed, cut off, and hostile ones.
machine=$machines/asrock-b650e-riptide_ivrs
export MEASURE=$work/measure
limit=256
[ -z "$sanitized" ] || limit=1024

# As call, with an eye on memory.
measured() {
	local name=$1 statuses=$2 used
	python "$here/measure.py" 20 "$GPUHOST" check --from "$3" >"$work/out" 2>"$work/err"
	status=$?
	used=$(cat "$MEASURE")
	if [ "$used" -ge $limit ]; then
		not_ok "$name" "took $used MiB"
	elif [ "$status" -le 3 ]; then
		judged "$name" "$statuses"
	else
		had_status "$name" "$statuses"
	fi
}

tar -C "$machine" -cf "$work/plain.tar" MANIFEST.json sys
tar -C "$machine" --format=v7 -cf "$work/old.tar" MANIFEST.json sys
tar -C "$machine" --format=pax -cf "$work/pax.tar" MANIFEST.json sys
tar -C "$machine" -cf "$work/dot.tar" ./MANIFEST.json ./sys
gzip -k "$work/plain.tar"
xz -k "$work/plain.tar"
bzip2 -k "$work/plain.tar"
zstd -q "$work/plain.tar"
call check --from "$machine" --format json
cp "$work/out" "$work/expected"
for input in plain.tar old.tar pax.tar dot.tar plain.tar.gz plain.tar.xz plain.tar.bz2 \
	plain.tar.zst; do
	gives "$input is read" 3 check --from "$work/$input" --format json
	is "$input gives what the folder gives" cmp "$work/out" "$work/expected"
done
cp "$work/plain.tar.zst" "$work/capture.txt"
gives "an archive with any name" 3 check --from "$work/capture.txt"
zstd -q "$work/plain.tar.zst" -o "$work/twice.zst"
refuses "an archive packed twice" 65 check --from "$work/twice.zst"
cat "$work/plain.tar" "$work/plain.tar" >"$work/two.tar"
measured "two archives in one" "3 65" "$work/two.tar"
python -c 'import sys, zipfile
zipfile.ZipFile(sys.argv[1], "w").write(sys.argv[2], "MANIFEST.json")' \
	"$work/x.zip" "$machine/MANIFEST.json"
refuses "a zip" 65 check --from "$work/x.zip"
(cd "$machine" && find MANIFEST.json sys | cpio -o -H newc >"$work/x.cpio" 2>/dev/null)
refuses "a cpio" 65 check --from "$work/x.cpio"

# Cut off anywhere: never a verdict on half a machine.
for packed in plain.tar plain.tar.gz plain.tar.xz plain.tar.bz2 plain.tar.zst; do
	size=$(stat -c %s "$work/$packed")
	# The end of a tar is padding: what counts ends with its first block of zeros.
	[ $packed = plain.tar ] && size=$(tar -tRf "$work/plain.tar" |
		sed -n 's/^block \([0-9]*\): \*\* Block of NULs.*/\1/p' | head -1) &&
		size=$((size * 512 + 512))
	good=1
	for length in 1 10 100 257 300 511 512 513 1024 $((size / 4)) $((size / 2)) \
		$((size * 3 / 4)) $((size - 512)) $((size - 100)) $((size - 10)) $((size - 1)); do
		if [ $length -le 0 ] || [ $length -ge "$size" ]; then
			continue
		fi
		head -c $length "$work/$packed" >"$work/cut"
		call check --from "$work/cut"
		if [ "$status" != 65 ] || [ -n "$(trouble)$(bad_sentence)" ]; then
			not_ok "$packed cut to $length of $size bytes" \
				"$status $(trouble)$(bad_sentence)"
			good=0
		fi
	done
	[ $good = 0 ] || ok "$packed cut off at many lengths"
	# One byte changed: a verdict or a refusal.
	good=1
	for at in 0 3 30 100 156 257 600 $((size / 3)) $((size / 2)) $((size - 20)); do
		cp "$work/$packed" "$work/changed"
		printf '\377' | dd of="$work/changed" bs=1 seek=$at conv=notrunc status=none
		call check --from "$work/changed"
		case $status in
		0 | 1 | 2 | 3 | 65) [ -z "$(trouble)" ] && continue ;;
		esac
		not_ok "$packed with byte $at changed" "$status $(trouble)"
		good=0
	done
	[ $good = 0 ] || ok "$packed with a byte changed"
done

# Hostile ones, from a folder of their own: nothing may appear in it or above it.
mkdir -p "$work/pit/deep/er"
python "$here/hostile.py" "$work/pit"
before=$(find "$work/pit" | sort | cksum)
cd "$work/pit/deep/er" || exit
for archive in "$work"/pit/bad-*.tar; do
	measured "$(basename "$archive")" 65 "$archive"
done
for archive in "$work"/pit/odd-*.tar; do
	measured "$(basename "$archive")" "2 3" "$archive"
done
cd "$top" || exit
is "hostile archives wrote nothing" test "$before" = "$(find "$work/pit" | sort | cksum)"
is "nothing escaped" test ! -e /escaped -a ! -e /etc/escaped -a ! -e "$work/escaped"

# A million members, and zeros without end, well packed: frames of zstd may be repeated.
{
	head -c 1024 "$work/pit/odd-manifest-only.tar" | zstd -q
	python -c 'import sys, tarfile
for i in range(1000):
    sys.stdout.buffer.write(tarfile.TarInfo(f"sys/{i}").tobuf())' | zstd -q >"$work/some.zst"
	for _ in {1..1000}; do
		echo "$work/some.zst"
	done | xargs cat
	head -c 1024 /dev/zero | zstd -q
} >"$work/million.tar.zst"
is "a million members are what it has" test \
	"$(zstd -dc "$work/million.tar.zst" | wc -c)" = $((1024 + 512000000 + 1024))
measured "a million members" 65 "$work/million.tar.zst"
head -c 256M /dev/zero | zstd -q -1 >"$work/zeros.zst"
for _ in {1..40}; do
	cat "$work/zeros.zst"
done >"$work/10g.zst"
measured "10 GiB of zeros, zstd" 65 "$work/10g.zst"
{
	python -c 'import sys, tarfile
info = tarfile.TarInfo("sys/large")
info.size = 10 << 30
sys.stdout.buffer.write(open(sys.argv[1], "rb").read(1024) + info.tobuf())' \
		"$work/pit/odd-manifest-only.tar" | zstd -q
	cat "$work/10g.zst"
} >"$work/large.tar.zst"
measured "a member of 10 GiB of zeros, zstd" 65 "$work/large.tar.zst"
head -c 70M /dev/zero | gzip -1 >"$work/zeros.gz"
measured "70 MiB of zeros, gzip" 65 "$work/zeros.gz"
head -c 70M /dev/zero | bzip2 -1 >"$work/zeros.bz2"
measured "70 MiB of zeros, bzip2" 65 "$work/zeros.bz2"
head -c 70M /dev/zero | xz -0 >"$work/zeros.xz"
measured "70 MiB of zeros, xz" 65 "$work/zeros.xz"
# Asks the unpacker for a window of 2 GiB.
head -c 1M /dev/urandom | zstd -q --ultra --long=31 >"$work/window.zst"
measured "a zstd with a window of 2 GiB" 65 "$work/window.zst"
truncate -s 10G "$work/sparse-file"
tar -C "$work" -cSf "$work/sparse.tar" sparse-file
rm "$work/sparse-file"
measured "a sparse member of 10 GiB" 65 "$work/sparse.tar"
cp "$work/plain.tar" "$work/tail.tar"
truncate -s 10G "$work/tail.tar"
measured "a tar with 10 GiB behind it" "3 65" "$work/tail.tar"
rm "$work/tail.tar"
