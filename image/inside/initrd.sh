#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the trixie folder: makes /out/initrd.cpio of /src/initrd, the kernel's modules
# and our programs in /out/programs.
#
# Three archives after one another, which the kernel unpacks in turn: modules as Debian
# compressed them (the kernel unpacks those it loads, their signatures hold) in a plain
# cpio, the build id in a second, and the rest compressed.
set -euo pipefail
lists=/src/initrd
modules=/out/tree/modules
userland=/out/tree/userland
kernel=/inputs/kernel
version=$(ls $kernel/lib/modules)

die() {
	echo "image/inside/initrd.sh: $1" >&2
	exit 1
}

words_of() {
	sed '/^#/d' "$1" | tr -s ' \t\n' '\n' | sed '/^$/d'
}

copy_modules() {
	local tree=$modules/usr/lib/modules/$version name
	mkdir -p "$tree"
	words_of $lists/modules.list | while read -r name; do
		modprobe -d $kernel -S "$version" --show-depends "$name" ||
			die "this kernel has no module $name"
	done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r name; do
		name=${name#*/lib/modules/"$version"/}
		mkdir -p "$tree/$(dirname "$name")"
		cp "$kernel/lib/modules/$version/$name" "$tree/$name"
	done
	# For depmod and no others. No order is lost: nothing here is loaded by it.
	: >"$tree/modules.order"
	: >"$tree/modules.builtin"
	: >"$tree/modules.builtin.modinfo"
	depmod -b $modules/usr "$version"
	(cd "$tree" && rm -f modules.*.bin modules.order modules.builtin* modules.symbols \
		modules.devname modules.weakdep)
}

find_source() {
	local place
	for place in /out/programs /inputs/alone ''; do
		if [ -e "$place$1" ]; then
			echo "$place$1"
			return
		fi
	done
	die "there is no $1"
}

libraries_of() {
	{ ldd "$1" 2>/dev/null || true; } | grep -o '/[^ ]*' || true
}

put() {
	local to=$1 from=$2 library
	mkdir -p "$(dirname "$userland$to")"
	cp -L "$from" "$userland$to"
	[ -x "$from" ] || return 0
	for library in $(libraries_of "$from"); do
		[ -e "$userland/usr/${library#/usr/}" ] ||
			put "/usr/${library#/usr/}" "$library"
	done
}

copy_files() {
	local to source
	sed '/^#/d' $lists/files.list | while read -r to source; do
		case $source in
		link:*)
			mkdir -p "$(dirname "$userland$to")"
			ln -s "${source#link:}" "$userland$to"
			;;
		*/)
			mkdir -p "$userland$to"
			cp -R "$(find_source "$source")." "$userland$to"
			;;
		*) put "$to" "$(find_source "$source")" ;;
		esac
	done
	words_of $lists/applets.list | while read -r to; do
		[ -e "$userland/usr/bin/$to" ] || ln -s busybox "$userland/usr/bin/$to"
	done
	cp -R $lists/skeleton/. $userland
	mkdir -p $userland/{dev,proc,sys,run,tmp,root,mnt,var}
}

# All vendors' and classes' names, devices of the makers of GPUs and chipsets, and boards
# of NVIDIA's cards: a quarter of the whole.
trim_names() {
	mkdir -p $userland/usr/share/misc
	awk '
		/^C / { classes = 1 }
		classes { print; next }
		/^#/ || /^$/ { next }
		/^[0-9a-f]/ { vendor = $1; print; next }
		/^\t\t/ { if (vendor == "10de") print; next }
		vendor ~ /^(10de|1002|1022|8086)$/' \
		/usr/share/misc/pci.ids >$userland/usr/share/misc/pci.ids
}

archive() {
	(cd "$1" && find . -mindepth 1 -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + &&
		find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort |
		cpio --quiet -o -H newc --reproducible --owner 0:0)
}

rm -rf /out/tree
umask 022
mkdir -p $modules $userland /out/tree/id/usr/lib/gpuhost
copy_modules
copy_files
trim_names
chmod -R u=rwX,go=rX $modules $userland
archive $modules >/out/modules.cpio
archive $userland | zstd -q -19 -T1 >/out/userland.cpio.zst
# What the image is known by: everything in it that can differ.
id=$(cat /out/modules.cpio /out/userland.cpio.zst $kernel/lib/modules/*/vmlinuz \
	/src/image/grub/* /src/image/inside/iso.sh | sha256sum | cut -c1-32)
echo "$id" >/out/id
cp /out/id /out/tree/id/usr/lib/gpuhost/id
chmod -R u=rwX,go=rX /out/tree/id
archive /out/tree/id >/out/id.cpio
cat /out/modules.cpio /out/id.cpio /out/userland.cpio.zst >/out/initrd.cpio
cp $kernel/lib/modules/*/vmlinuz /out/vmlinuz
