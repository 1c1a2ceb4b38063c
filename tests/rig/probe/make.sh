#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/rig/probe/make.sh FILE: writes the probe's initramfs (needs busybox-static). It
# takes the kernel's modules from the folder that tests/rig/kernel.sh prints.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernel=$("$here/../kernel.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/proc" "$work/sys" "$work/dev" "$work/modules"
cp "$(command -v busybox)" "$work/bin/busybox"
ln -s busybox "$work/bin/sh"
cp "$here/init" "$work/init"
xz -dc "$kernel/modules/efivarfs.ko.xz" >"$work/modules/efivarfs.ko"
(cd "$work" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$1"
