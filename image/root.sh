#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks the locked packages; prints nothing. image/root.sh leaves
#   build/cache/trixie/root                 compiler, libraries, tools: run by enter.sh
#   build/cache/trixie/root/inputs/alone    boot loaders and busybox
#   build/cache/trixie/root/inputs/kernel   kernel and modules
# No package's scripts run, so no root is needed, and the same lock gives the same files.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=build/cache
folder=$cache/trixie
stamp=$(sha256sum <image/inputs.lock)

[ "$(cat $folder/stamp 2>/dev/null)" != "$stamp" ] || exit 0
echo "  UNPACK  $folder"
rm -rf $folder
mkdir -p $folder/root/inputs
# base-files first: it has the links /bin, /lib and /sbin, which others unpack through.
grep -v '^#' image/inputs.lock | sort -s -k1,1 |
	awk '{ print ($1 == "base-files" ? 0 : 1), $0 }' | sort -s -k1,1 |
	while read -r _ name version arch _ kind; do
		into=$folder/root
		[ "$kind" = root ] || into=$folder/root/inputs/$kind
		dpkg-deb --extract "$cache/packages/${name}_${version//:/%3a}_$arch.deb" "$into"
	done
# What maintainer scripts and alternatives would have made.
ln -sf gawk $folder/root/usr/bin/awk
mkdir -p $folder/root/{src,out,tmp,dev,proc}
ln -sf usr/lib $folder/root/inputs/kernel/lib
echo 'root:x:0:0:root:/:/bin/sh' >$folder/root/etc/passwd
echo 'root:x:0:' >$folder/root/etc/group
# shellcheck disable=SC2016 # expanded inside
image/enter.sh sh -c 'depmod -b /inputs/kernel "$(ls /inputs/kernel/lib/modules)"' \
	2>/dev/null
echo "$stamp" >$folder/stamp
