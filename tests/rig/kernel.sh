#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetches Debian 13's newest kernel (trixie-backports) for tests of the emulated PC that
# don't go through the image: prints a folder with vmlinuz and modules/ (.ko.xz files by
# name). Kept below build/cache.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cache=${RIG_CACHE:-$(cd "$here/../.." && pwd)/build/cache}
# shellcheck source-path=SCRIPTDIR source=apt.sh
. "$here/apt.sh"
kernel=$cache/rig/kernel

dependency() {
	own_apt apt-cache depends "$1" | sed -n "s/.*Depends: \($2-.*\)/\1/p" | head -1
}

# linux-image-amd64 names the version; the files are in two packages of that version.
fetch() {
	local image binary modules
	update_lists || return
	image=$(dependency linux-image-amd64 linux-image)
	binary=$(dependency "$image" linux-binary)
	modules=$(dependency "$image" linux-modules)
	[ -n "$binary" ] && [ -n "$modules" ] || return
	rm -rf "$kernel"
	mkdir -p "$kernel/packages"
	(cd "$kernel/packages" && own_apt apt-get download "$binary" "$modules") >&2 || return
	unpack_into "$kernel/root" "$kernel"/packages/*.deb || return
	rm -r "$kernel/packages"
	ln -s "$(find "$kernel/root" -name vmlinuz | head -1)" "$kernel/vmlinuz"
	mkdir "$kernel/modules"
	find "$kernel/root" -name '*.ko.xz' -exec ln -t "$kernel/modules" {} +
	echo "$binary" >"$kernel/ready"
}

mkdir -p "$cache/rig"
exec 9>"$cache/rig/lock-kernel"
flock 9
if ! [ -e "$kernel/ready" ]; then
	echo "rig: fetching Debian 13's newest kernel" >&2
	fetch 9>&- || exit 69
fi
echo "$kernel"
