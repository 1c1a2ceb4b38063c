#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Compiles the image's programs in the trixie folder, into its /out/programs.
#
# The sources are copied to /src there, so the compiler sees the same paths wherever the
# checkout lies, and the Makefile builds them with the libraries of the lock. libarchive
# and what it needs is linked in: as shared libraries they would bring OpenSSL and libxml2
# into the image, some 9 MB for formats that we never read.
set -euo pipefail
cd "$(dirname "$0")/.."
root=build/cache/trixie/root
out=$root/out/programs
static='-larchive -lacl -lnettle -lxml2 -llzma -lzstd -llz4 -lbz2 -lz'
libraries="-lpci -lblkid -ljansson -Wl,-Bstatic $static -Wl,-Bdynamic"

# Only what differs is copied, and is new then: times of the checkout could be older than
# an object made from an older copy.
copy_sources() {
	local file
	find "$@" -type f | LC_ALL=C sort >$root/src/files
	while read -r file; do
		cmp -s "$file" "$root/src/$file" && continue
		mkdir -p "$(dirname "$root/src/$file")"
		rm -f "$root/src/$file"
		cp "$file" "$root/src/$file"
	done <$root/src/files
	(cd $root/src && find "$@" -type f | LC_ALL=C sort | comm -13 files - |
		xargs -r rm -f)
}

# The Makefile includes rules of the emulated PC; what they build is no part of this.
copy_sources src include profiles Makefile image initrd tests/rig/rig.mk
image/enter.sh make -s -C /src NEED=true WERROR= all build/init/gpuhost-init \
	CC=gcc LDFLAGS='-static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--as-needed' \
	CFLAGS='-O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -ffunction-sections -fdata-sections' \
	LDLIBS="$libraries"
rm -rf $out
mkdir -p $out/share
cp -R profiles/boards profiles/gpus $root/src/build/locale $out/share
for program in gpuhost init/gpuhost-init; do
	image/enter.sh strip -s -o "/out/programs/${program#*/}" "/src/build/$program"
done
