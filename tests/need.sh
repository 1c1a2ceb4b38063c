#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sees to it that what a make target needs is there: tests/need.sh GROUP...
#
# On Debian and its kin, missing packages are installed (as root, or through sudo where it
# asks no password), else one line says what to install, and the status is 69. Elsewhere
# the programs and libraries are looked for, and nothing is installed. When all is there
# this takes a few milliseconds and neither root nor network.
set -u

# group package probe; a probe is prog:NAME, pc:PKG-CONFIG-NAME, hdr:HEADER, file:PATH, or
# none where any of the others covers it.
table='
build gcc prog:gcc
build g++ prog:g++
build libc6-dev hdr:stdio.h
build pkg-config prog:pkg-config
build libpci-dev pc:libpci
build libblkid-dev pc:blkid
build libarchive-dev pc:libarchive
build libjansson-dev pc:jansson
build libtomlplusplus-dev hdr:toml++/toml.h
build gettext prog:msgfmt
build pci.ids file:/usr/share/misc/pci.ids
unit libcmocka-dev hdr:cmocka.h
fuzz clang prog:clang
fuzz libclang-rt-dev none
fuzz pciutils prog:lspci
test python3 prog:python3
test python3-jsonschema none
test zstd prog:zstd
test bzip2 prog:bzip2
test xz-utils prog:xz
test file prog:file
test bash-completion file:/usr/share/bash-completion/bash_completion
lint clang-format prog:clang-format
lint cppcheck prog:cppcheck
lint codespell prog:codespell
lint shellcheck prog:shellcheck
lint groff-base prog:groff
lint man-db prog:man
lint python3 prog:python3
init musl-tools prog:musl-gcc
init busybox-static file:/bin/busybox
init-qemu qemu-system-x86 prog:qemu-system-x86_64
init-qemu cpio prog:cpio
init-qemu kmod file:/sbin/depmod
image apt prog:apt-get
image debian-archive-keyring none
image cpio prog:cpio
image zstd prog:zstd
image xorriso prog:xorriso
image mtools prog:mcopy
image dosfstools prog:mkfs.vfat
image util-linux prog:unshare
rig apt prog:apt-get
rig debian-archive-keyring none
rig mtools prog:mcopy
rig cpio prog:cpio
rig fdisk prog:sfdisk
rig busybox-static file:/bin/busybox
rig xz-utils prog:xz
demo chromium prog:chromium
demo fonts-noto-cjk none
'

packages=
probes=
for group in "$@"; do
	found=
	while read -r of package probe; do
		[ "$of" = "$group" ] || continue
		found=1
		packages="$packages $package"
		probes="$probes $probe"
	done <<-end
		$table
	end
	if [ -z "$found" ]; then
		echo "need.sh: no such group: $group" >&2
		exit 64
	fi
done

# Packages that aren't installed, on one line. A name may be provided by another package
# (pkg-config by pkgconf), so what dpkg lacks by name is asked for once more.
missing_packages() {
	# shellcheck disable=SC2086 # a list of words
	here=$(dpkg-query -W -f '${binary:Package} ${Package} ${Provides} ${db:Status-Status}\n' \
		$packages 2>/dev/null | sed -n 's/ installed$//p' | tr -d ',' | tr '\n' ' ')
	for package in $packages; do
		case " $here " in
		*" $package "*) ;;
		*) printf ' %s' "$package" ;;
		esac
	done
}

has_probe() {
	name=${1#*:}
	case $1 in
	prog:*) command -v "$name" >/dev/null ;;
	pc:*) pkg-config --exists "$name" 2>/dev/null ;;
	hdr:*)
		echo "#include <$name>" | ${CXX:-g++} -E -x c++ -include stdarg.h \
			-include stddef.h -include stdint.h -include setjmp.h - >/dev/null 2>&1
		;;
	file:*) [ -e "$name" ] ;;
	*) true ;;
	esac
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

get() {
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=300 install --no-install-recommends $1 </dev/null >&2
}

# Lists that are missing or old make the first attempt fail; then they are fetched.
install_packages() {
	if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
		as_root apt-get -q update </dev/null >&2
		get "$1"
		return
	fi
	get "$1" || { as_root apt-get -q update </dev/null >&2 && get "$1"; }
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	lacking=
	for probe in $probes; do
		has_probe "$probe" || lacking="$lacking ${probe#*:}"
	done
	[ -z "$lacking" ] && exit 0
	echo "gpuhost: please install what provides:$lacking" >&2
	exit 69
fi

[ -z "$(missing_packages)" ] && exit 0
# One at a time: make -j may ask for several groups at once.
exec 9<"$0"
if command -v flock >/dev/null; then
	flock 9
fi
missing=$(missing_packages)
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
	echo "gpuhost: please install: apt-get install$missing" >&2
	exit 69
fi
echo "gpuhost: installing$missing" >&2
if ! install_packages "$missing" 9<&-; then
	echo "gpuhost: could not install all of:$missing" >&2
	exit 69
fi
exit 0
