#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Finds or fetches QEMU (10.1 or newer, which can be a vfio-user client), OVMF and swtpm:
# tests/rig/qemu.sh prints a folder with bin/qemu-system-x86_64, bin/qemu-img, bin/swtpm
# and firmware/. The system's are taken if they are new enough, else those of Debian 13's
# backports, unpacked below build/cache once. Neither root nor a chroot is needed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cache=${RIG_CACHE:-$(cd "$here/../.." && pwd)/build/cache}
tools=$cache/rig
mkdir -p "$tools"
# shellcheck source-path=SCRIPTDIR source=apt.sh
. "$here/apt.sh"
firmware='OVMF_CODE_4M.fd OVMF_VARS_4M.fd OVMF_CODE_4M.secboot.fd OVMF_VARS_4M.ms.fd'

system_is_good() {
	local file
	[ -z "${RIG_FETCH:-}" ] || return 1
	for file in qemu-img swtpm; do
		command -v "$file" >/dev/null || return 1
	done
	for file in $firmware; do
		[ -e "/usr/share/OVMF/$file" ] || return 1
	done
	qemu-system-x86_64 -device help 2>/dev/null | grep -q '"vfio-user-pci"'
}

link_system() {
	local file
	mkdir -p "$tools/bin" "$tools/firmware"
	for file in qemu-system-x86_64 qemu-img swtpm; do
		ln -sfn "$(command -v "$file")" "$tools/bin/$file"
	done
	for file in $firmware; do
		ln -sfn "/usr/share/OVMF/$file" "$tools/firmware/$file"
	done
}

# The programs run with their own loader and libraries, whatever the system's are.
write_wrapper() {
	local name=$1 root=$2
	shift 2
	cat >"$tools/bin/$name" <<-end
		#!/bin/sh
		QEMU_MODULE_DIR=$root/usr/lib/x86_64-linux-gnu/qemu
		export QEMU_MODULE_DIR
		exec $root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 --library-path \\
		$root/usr/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu/swtpm \\
		$root/usr/bin/$name $* "\$@"
	end
	chmod +x "$tools/bin/$name"
}

fetch() {
	local root=$trixie/root file
	update_lists || return
	own_apt apt-get clean
	own_apt apt-get -y --download-only install qemu-system-x86 qemu-utils ovmf swtpm \
		>&2 || return
	rm -rf "$root"
	unpack_into "$root" "$trixie"/apt/cache/archives/*.deb || return
	own_apt apt-get clean
	mkdir -p "$tools/bin" "$tools/firmware"
	# Debian links the data of other packages by absolute names.
	write_wrapper qemu-system-x86_64 "$root" -L "$root/usr/share/qemu" \
		-L "$root/usr/share/seabios" -L "$root/usr/lib/ipxe/qemu"
	write_wrapper qemu-img "$root"
	write_wrapper swtpm "$root"
	for file in $firmware; do
		ln -sfn "$root/usr/share/OVMF/$file" "$tools/firmware/$file"
	done
}

exec 9>"$tools/lock"
flock 9
if ! [ -e "$tools/ready" ] || ! "$tools/bin/qemu-system-x86_64" --version >/dev/null 2>&1; then
	rm -f "$tools/ready"
	if system_is_good; then
		link_system
	else
		echo "rig: fetching QEMU and OVMF of Debian 13's backports" >&2
		fetch 9>&- || exit 69
	fi
	"$tools/bin/qemu-system-x86_64" --version >"$tools/ready" || exit 69
fi
echo "$tools"
