#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Under Secure Boot the image starts, and starts no more once its kernel is changed, its
# kernel's signature is taken away, or GRUB's. Each spoilt image does start without Secure
# Boot, so it is the signature that stops it. Needs QEMU and OVMF (QEMU=, OVMF= name
# others), and the image in build/image. Takes some minutes without KVM (KVM=1 uses it).
set -euo pipefail
cd "$(dirname "$0")/.."
root=build/cache/trixie/root
folder=$root/out/secureboot
qemu=${QEMU:-qemu-system-x86_64}
ovmf=${OVMF:-/usr/share/OVMF}
limit=${LIMIT:-240}
accel=tcg
[ -z "${KVM:-}" ] || accel=kvm
passed=0
failed=0

# Hexadecimal digits of COUNT bytes, as a number: number FILE OFFSET COUNT
number() {
	od -An -v -tu"$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# patch FILE OFFSET BYTES: printf's notation
patch_bytes() {
	# shellcheck disable=SC2059 # the bytes are the format
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# Where the directory entry of the signature is (PE/COFF 8.5, "Certificate Table").
signature_at() {
	echo $(($2 + $(number "$1" $(($2 + 60)) 4) + 168))
}

kernel_offset() {
	image/enter.sh xorriso -indev /out/gpuhost.iso -find /boot/vmlinuz -exec report_lba \
		2>/dev/null | awk -F, '/File data lba/ { print $2 * 2048 }'
}

esp_offset() {
	image/enter.sh sfdisk -d /out/gpuhost.iso 2>/dev/null |
		sed -n 's/.*iso2 : start= *\([0-9]*\),.*/\1/p' | awk '{ print $1 * 512 }'
}

make_images() {
	local kernel esp grub=$folder/grubx64.efi
	mkdir -p $folder
	cp build/image/gpuhost.iso $root/out/gpuhost.iso
	kernel=$(kernel_offset)
	esp=$(esp_offset)
	for name in changed-kernel unsigned-kernel unsigned-grub; do
		cp --reflink=auto build/image/gpuhost.iso $folder/$name.iso
	done
	# Byte 16 is in the unused part of the MS-DOS header: signed, and never executed.
	patch_bytes $folder/changed-kernel.iso $((kernel + 16)) '\001'
	patch_bytes $folder/unsigned-kernel.iso \
		"$(signature_at $folder/unsigned-kernel.iso "$kernel")" '\0\0\0\0\0\0\0\0'
	cp $root/inputs/alone/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed $grub
	patch_bytes $grub "$(signature_at $grub 0)" '\0\0\0\0\0\0\0\0'
	image/enter.sh env MTOOLS_SKIP_CHECK=1 mcopy -o -i \
		"/out/secureboot/unsigned-grub.iso@@$esp" /out/secureboot/grubx64.efi \
		::EFI/BOOT/grubx64.efi
}

# start IMAGE on|off: the serial log is in $folder/log until the verdict or a refusal
start() {
	local iso=$1 vars=OVMF_VARS_4M.fd code=OVMF_CODE_4M.fd machine=() pid
	# One processor: two under TCG may trip over code that the kernel patches (QEMU 7.2).
	if [ "$2" = on ]; then
		vars=OVMF_VARS_4M.ms.fd
		code=OVMF_CODE_4M.secboot.fd
		# shellcheck disable=SC2054 # commas of QEMU's own
		machine=(-global driver=cfi.pflash01,property=secure,value=on)
	fi
	cp "$ovmf/$vars" $folder/vars.fd
	: >$folder/log
	"$qemu" -machine q35,smm=on -accel "$accel" -m 512 -smp 1 -display none \
		-net none -no-reboot -serial file:$folder/log "${machine[@]}" \
		-drive if=pflash,unit=0,format=raw,readonly=on,file="$ovmf/$code" \
		-drive if=pflash,unit=1,format=raw,file=$folder/vars.fd \
		-device qemu-xhci -device usb-storage,drive=stick \
		-drive if=none,id=stick,format=raw,snapshot=on,file="$iso" 2>$folder/qemu.log &
	pid=$!
	for _ in $(seq "$limit"); do
		grep -aqE "^GPUHOST-VERDICT|$refusal" $folder/log && break
		sleep 1
	done
	kill $pid 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}

# What shim (for GRUB) and GRUB (for the kernel) say.
refusal='bad shim signature|Verification failed|Security Violation|Access Denied'

# expect NAME IMAGE on|off PATTERN
expect() {
	start "$2" "$3"
	if grep -aqE "$4" $folder/log; then
		echo "ok secureboot $1"
		passed=$((passed + 1))
	else
		echo "not ok secureboot $1: the serial log lacks $4"
		tail -c 600 $folder/log | tr -d '\r' | sed 's/^/# /'
		failed=$((failed + 1))
	fi
}

make_images
expect "on: the image starts" build/image/gpuhost.iso on '^GPUHOST-VERDICT'
for name in changed-kernel unsigned-kernel unsigned-grub; do
	expect "on: $name is refused" $folder/$name.iso on "$refusal"
	expect "off: $name starts" $folder/$name.iso off '^GPUHOST-VERDICT'
done
rm -rf $folder
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
