#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs in the trixie folder: makes /out/gpuhost.iso of /out/vmlinuz, /out/initrd.cpio and
# the boot loaders in /inputs/alone.
#
# One image for CDs and sticks. UEFI: shim, then GRUB (gcdx64, which looks for its menu on
# the medium it came from), then the kernel, each with Debian's signature. BIOS: GRUB's
# boot_hybrid. Partitions: 1 the ISO9660, 2 EFI, 3 the FAT partition GPUHOST for people.
set -euo pipefail
id=$(cat /out/id)
alone=/inputs/alone/usr/lib
tree=/out/iso
export MTOOLS_SKIP_CHECK=1
stamp=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S00)

fill() {
	sed "s/@ID@/$id/" "$1" >"$2"
	touch -d "@$SOURCE_DATE_EPOCH" "$2"
}

# fat IMAGE KIB LABEL SERIAL: an empty file system, the same each time
fat() {
	rm -f "$1"
	mkfs.vfat --invariant -C -i "$4" -n "$3" "$1" "$2" >/dev/null
}

# fat_put IMAGE FILE NAME: with our date
fat_put() {
	touch -d "@$SOURCE_DATE_EPOCH" "$2"
	mcopy -m -i "$1" "$2" "::$3"
}

# Directories get the time of mmd's clock, so they come as copies of a dated tree.
make_esp() {
	local esp=/out/tree/esp
	rm -rf $esp
	mkdir -p $esp/EFI/BOOT $esp/boot/grub
	cp $alone/shim/shimx64.efi.signed $esp/EFI/BOOT/BOOTX64.EFI
	cp $alone/shim/mmx64.efi.signed $esp/EFI/BOOT/mmx64.efi
	cp $alone/grub/x86_64-efi-signed/gcdx64.efi.signed $esp/EFI/BOOT/grubx64.efi
	fill /src/image/grub/esp.cfg $esp/boot/grub/grub.cfg
	find $esp -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
	fat /out/esp.img 5120 ESP "${id:0:8}"
	mcopy -s -m -i /out/esp.img $esp/EFI $esp/boot ::
}

make_stick() {
	fat /out/stick.img 16384 GPUHOST "${id:8:8}"
	sed 's/$/\r/' /src/image/stick/README.txt >/out/README.txt
	fat_put /out/stick.img /out/README.txt README.txt
	fat_put /out/stick.img /out/id gpuhost.id
}

make_tree() {
	rm -rf $tree
	mkdir -p $tree/boot/grub/i386-pc $tree/.disk
	cp /out/vmlinuz $tree/boot/vmlinuz
	cp /out/initrd.cpio $tree/boot/initrd
	cp /out/id $tree/gpuhost.id
	cp /out/id "$tree/.disk/$id"
	# gcdx64 looks for this file where it finds no menu.
	echo "gpuhost" >$tree/.disk/info
	cp /src/image/grub/grub.cfg $tree/boot/grub/grub.cfg
	fill /src/image/grub/bios.cfg /out/bios.cfg
	grub-mkimage -O i386-pc-eltorito -d $alone/grub/i386-pc -p /boot/grub \
		-c /out/bios.cfg -o $tree/boot/grub/i386-pc/eltorito.img biosdisk iso9660 \
		part_gpt part_msdos search search_fs_file normal configfile linux echo \
		minicmd boot test keystatus halt sleep
	chmod -R u=rwX,go=rX $tree
	find $tree -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

make_esp
make_stick
make_tree
rm -f /out/gpuhost.iso
# -p, or xorriso's version would be in it; the disk's GUID from the id, or a random one;
# no padding, or it would become a partition behind GPUHOST, which could not grow then.
xorriso -as mkisofs -no-pad -quiet -o /out/gpuhost.iso -V GPUHOST_ISO -p GPUHOST \
	-publisher GPUHOST -A GPUHOST -r -J -joliet-long --modification-date="$stamp" \
	--set_all_file_dates "$stamp" \
	--gpt_disk_guid "${id:0:8}-${id:8:4}-4${id:13:3}-8${id:17:3}-${id:20:12}" \
	--grub2-mbr $alone/grub/i386-pc/boot_hybrid.img --protective-msdos-label \
	-partition_cyl_align off -partition_offset 16 --mbr-force-bootable \
	-append_partition 2 C12A7328-F81F-11D2-BA4B-00A0C93EC93B /out/esp.img \
	-append_partition 3 EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 /out/stick.img \
	-appended_part_as_gpt -c boot/boot.cat -b boot/grub/i386-pc/eltorito.img \
	-no-emul-boot -boot-load-size 4 -boot-info-table --grub2-boot-info \
	-eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot $tree \
	2>/out/xorriso.log || {
	cat /out/xorriso.log >&2
	exit 1
}
