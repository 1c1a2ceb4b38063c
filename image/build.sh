#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# From packages to the ISO: image/build.sh leaves build/image/gpuhost.iso, initrd.cpio,
# vmlinuz and id. The first time takes a minute, and the network.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/image
root=build/cache/trixie/root
# The commit's time; of a tree without git, that of the lock file.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null ||
	stat -c %Y image/inputs.lock)}
export SOURCE_DATE_EPOCH

umask 022
mkdir -p build/cache
exec 9>build/cache/image.lock
flock 9
image/fetch.sh
image/root.sh
echo "  COMPILE for the image"
image/programs.sh
echo "  INITRD  $out/initrd.cpio"
image/enter.sh bash /src/image/inside/initrd.sh
echo "  ISO     $out/gpuhost.iso"
image/enter.sh bash /src/image/inside/iso.sh
mkdir -p $out
for file in vmlinuz initrd.cpio id gpuhost.iso; do
	cp $root/out/$file $out/$file.new
	mv $out/$file.new $out/$file
done
