#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is published of a version: image/release.sh VERSION, after image/build.sh. Leaves in
# build/release the image, a manifest of what is in it, and SHA256SUMS. (An SPDX document
# would need a tool that Debian 12 and 13 don't have: debsbom of trixie-backports writes
# SPDX only with python3-spdx-tools, which is in neither.)
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
out=build/release
root=build/cache/trixie/root
name=gpuhost-$version-check-amd64

files_below() {
	(cd "$1" && find . -type f -printf '%P\n' | LC_ALL=C sort | while read -r file; do
		printf '%s %9d %s\n' "$(sha256sum <"$file" | cut -d' ' -f1)" \
			"$(stat -c %s "$file")" "$file"
	done)
}

# Libraries are shipped by their package; of all others only the lock's kind tells.
manifest() {
	echo "gpuhost $version, check image for amd64"
	echo "build id: $(cat build/image/id)"
	echo "commit:   $(git rev-parse HEAD 2>/dev/null || echo unknown)"
	[ -z "$(git status --porcelain 2>/dev/null | head -1)" ] ||
		echo "          (with changes that are not committed)"
	printf '\nDebian packages: name version architecture SHA-256 use\n'
	echo "  (root: compiler, libraries and tools it is made with; alone: boot loaders"
	echo "  and busybox; kernel)"
	grep -v '^#' image/inputs.lock
	printf '\nFiles of the medium: SHA-256 bytes name\n'
	files_below $root/out/iso
	printf '\nFiles of its EFI partition\n'
	files_below $root/out/tree/esp
	printf '\nFiles of the initramfs\n'
	files_below $root/out/tree/userland
	files_below $root/out/tree/modules
	files_below $root/out/tree/id
}

cmp -s build/image/gpuhost.iso $root/out/gpuhost.iso || {
	echo "image/release.sh: build/image is not the last build; run make iso" >&2
	exit 69
}
rm -rf $out
mkdir -p $out
cp build/image/gpuhost.iso "$out/$name.iso"
manifest >"$out/$name.manifest.txt"
(cd $out && sha256sum "$name.iso" "$name.manifest.txt" >SHA256SUMS)
echo "  RELEASE $out"
