#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots gpuhost-init for real, in QEMU, with Debian's newest kernel, a few of its modules and
# busybox: tests/init/qemu.sh INIT. A shell script is the face; it reports with lines that
# begin with "===" on the serial port. Takes one to two minutes without KVM.
set -u
here=$(cd "$(dirname "$0")" && pwd)
init=${1:-build/init/gpuhost-init}
busybox=${BUSYBOX:-/bin/busybox}
qemu=${QEMU:-$(command -v qemu-system-x86_64)}
kernel=${KERNEL:-$("$here/../rig/kernel.sh")} || exit
[ -n "$qemu" ] || qemu=$("$here/../rig/qemu.sh")/bin/qemu-system-x86_64
PATH=$PATH:/usr/sbin:/sbin
passed=0
failed=0
work=$(mktemp -d)
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

first='msr cpuid efivarfs'
modules='evdev button xhci-pci usb-storage sd_mod nvme virtio_blk virtio_net e1000e ahci vfat
nls_cp437 nls_ascii nls_utf8'

# The modules above with what they depend on, and an index of just these.
copy_modules() {
	local root=$1 tree version file
	tree=$(find "$kernel/root" -path '*/modules/*/kernel' | head -1)
	version=$(basename "$(dirname "$tree")")
	mkdir -p "$work/all/lib/modules"
	ln -sfn "$(dirname "$(realpath "$tree")")" "$work/all/lib/modules/$version"
	[ -e "$tree/../modules.dep" ] ||
		depmod -b "${tree%/lib/modules/*}" "$version" 2>/dev/null ||
		depmod -b "$work/all" "$version"
	# shellcheck disable=SC2086 # lists of words
	for name in $first $modules; do
		modprobe -d "$work/all" -S "$version" --show-depends "$name" 2>/dev/null
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		install -D -m 644 "$file" "$root/lib/modules/$version/${file#*/"$version"/}"
	done
	cp "$tree"/../modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$version/" \
		2>/dev/null
	depmod -b "$root" "$version" 2>/dev/null
}

make_root() {
	local root=$work/root
	mkdir -p "$root"/{bin,sbin,usr/bin,lib/gpuhost}
	cp "$busybox" "$root/bin/busybox"
	for name in sh echo sleep cat grep mount mkdir dd ls cut tr mkdosfs tty reboot; do
		ln -s busybox "$root/bin/$name"
	done
	cp "$init" "$root/gpuhost-init"
	ln -s gpuhost-init "$root/init"
	ln -s ../gpuhost-init "$root/sbin/modprobe"
	printf '%s\n' "$first" | tr ' ' '\n' >"$root/lib/gpuhost/first"
	echo 'options usb-storage delay_use=0' >"$root/lib/gpuhost/modules.conf"
	copy_modules "$root"
}

# begin NAME: the face's script is read from standard input.
begin() {
	name=$1
	{
		# shellcheck disable=SC2016 # for the script
		printf '%s\n' '#!/bin/sh' 'mark() { echo "=== $*" >/dev/ttyS0; }' \
			'runs=$(cat /run/runs 2>/dev/null)x; echo $runs >/run/runs'
		cat
	} >"$work/root/usr/bin/gpuhost"
	chmod +x "$work/root/usr/bin/gpuhost"
	(cd "$work/root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$work/initrd"
}

# boot WORDS ARGUMENT...: $log has the serial port; $react, a function, gets each line
# and may write to descriptors 3 (typed on the serial port) and 4 (QEMU's monitor).
react=:
boot() {
	local words=$1 pid line
	shift
	log=$work/$name.log
	rm -f "$work"/{serial,monitor}.{in,out}
	mkfifo "$work"/{serial,monitor}.{in,out}
	timeout "${TIMEOUT:-120}" "$qemu" -accel tcg -machine q35 -cpu max -smp 2 -m 512 \
		-display none -nic none -no-reboot -serial "pipe:$work/serial" \
		-monitor "pipe:$work/monitor" -kernel "$kernel/vmlinuz" \
		-initrd "$work/initrd" -append "$words panic=-1" "$@" 2>"$work/qemu.err" &
	pid=$!
	exec 3<>"$work/serial.in" 4<>"$work/monitor.in" 5<>"$work/monitor.out"
	while IFS= read -r line; do
		line=${line%$'\r'}
		printf '%s\n' "$line" >>"$log"
		"$react" "$line"
	done <"$work/serial.out"
	wait $pid
	status=$?
	exec 3>&- 4>&- 5>&-
	ok "QEMU ends by itself" test $status = 0
}

ok() {
	local sentence=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok $name: $sentence"
	else
		failed=$((failed + 1))
		echo "not ok $name: $sentence"
		tail -n 12 "$log" "$work/qemu.err" | cat -v | sed 's/^/# /'
	fi
}

logged() {
	grep -a -q -e "$1" "$log"
}

make_root
truncate -s 16M "$work/disk"

begin devices <<-'end'
	sleep 1
	mark "before $(cut -d' ' -f1 /proc/modules | tr '\n' ' ')"
	mark "uptime $(cut -d' ' -f1 /proc/uptime)"
	[ -e /dev/cpu/0/msr ] && mark "msr"
	[ -t 0 ] && [ -c /dev/null ] && mark "terminal $GPUHOST_CONSOLE $GPUHOST_COPIES"
	: >/run/gpuhost/verdict
	i=0
	while ! [ -e /run/gpuhost/coldplug-done ] && [ $i -lt 60 ]; do
		sleep 0.5
		i=$((i + 1))
	done
	mark "after $(cut -d' ' -f1 /proc/modules | tr '\n' ' ')"
	mark "delay $(cat /sys/module/usb_storage/parameters/delay_use)"
	sleep 1
	mark "disks $(ls /sys/block | tr '\n' ' ')"
	mkdir -p /tmp/fat
	mkdosfs /dev/vda 2>/dev/null && mount -t vfat /dev/vda /tmp/fat && mark "vfat mounted"
	mark "listening"
	while [ -z "$(ls /sys/block | grep sdb)" ]; do sleep 0.2; done
	mark "late stick"
	sleep 60
end
later() {
	case $1 in
	*"=== listening"*)
		echo "drive_add 0 if=none,id=late,format=raw,file=$work/late" >&4
		echo "device_add usb-storage,bus=xhci.0,drive=late,id=stick" >&4
		;;
	*"=== late stick"*) echo system_powerdown >&4 ;;
	esac
}
react=later
cp "$work/disk" "$work/late"
cp "$work/disk" "$work/nvme"
cp "$work/disk" "$work/usb"
boot "console=tty0 console=ttyS0 quiet gpuhost.verbose" \
	-device qemu-xhci,id=xhci -drive "if=none,id=u,format=raw,file=$work/usb" \
	-device usb-storage,bus=xhci.0,drive=u -drive "if=none,id=n,format=raw,file=$work/nvme" \
	-device nvme,drive=n,serial=1 -drive "if=virtio,format=raw,file=$work/disk" \
	-device e1000e
ok "the face is on the serial port, and knows of the screen" \
	logged "=== terminal /dev/ttyS0 /dev/tty1"
ok "msr is there before it starts" logged "=== msr"
ok "nothing of disks, USB and network before the verdict" \
	eval '! logged "=== before .*\(nvme\|xhci\|usb\|e1000e\|virtio_blk\|ahci\)"'
ok "what the power button needs is there" logged "=== before .*evdev"
for module in nvme xhci_pci usb_storage sd_mod e1000e virtio_blk ahci; do
	ok "$module is loaded behind it" logged "=== after .*\b$module\b"
done
ok "usb-storage got its option" logged "=== delay 0"
ok "the disks are there" logged "=== disks .*nvme0n1 .*sda .*vda"
ok "the kernel gets the modules it asks for" logged "=== vfat mounted"
ok "a stick that comes later is seen" logged "=== late stick"
ok "the power button switches off" logged "gpuhost: switching off"
ok "the kernel did not panic" eval '! logged "Kernel panic"'
react=:

begin crash <<-'end'
	exit 3
end
type_shell() {
	case $1 in
	*"here is a shell"*)
		sleep 2
		# shellcheck disable=SC2016 # for the shell in there
		echo 'echo "==""= pid $$ $(tty)"' >&3
		;;
	*"=== pid"*)
		echo reboot >&3
		;;
	esac
}
react=type_shell
boot "console=ttyS0 quiet loglevel=3"
react=:
ok "five deaths lead to a shell" logged "died 5 times in 10 seconds (status 3); here is a shell"
ok "one can type in it" logged "=== pid [0-9]* /dev/ttyS0"
ok "reboot in it restarts" logged "gpuhost: restarting"
ok "the kernel did not panic" eval '! logged "Kernel panic"'

begin masses <<-'end'
	i=0
	while [ $i -lt 1000 ]; do
		( (exit 0) & )
		i=$((i + 1))
	done
	dd if=/dev/zero of=/run/fill bs=1M 2>/dev/null
	dd if=/dev/zero of=/tmp/fill bs=1M 2>/dev/null
	sleep 1
	mark "zombies $(grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | grep -c .)"
	mark "console $GPUHOST_CONSOLE"
	[ -t 1 ] && mark terminal
	sleep 60
end
three_keys() {
	case $1 in *"=== terminal"*) echo sendkey ctrl-alt-delete >&4 ;; esac
}
react=three_keys
boot "console=ttyS0 console=tty0 quiet"
react=:
ok "1000 orphans and full tmpfs leave no zombie" logged "=== zombies 0"
ok "the face is on the screen" logged "=== console /dev/tty1"
ok "Ctrl-Alt-Del restarts in order" logged "gpuhost: restarting"
ok "the kernel did not panic" eval '! logged "Kernel panic"'

# Nothing to read the markers from but a disk.
begin bare <<-'end'
	: >/run/gpuhost/verdict
	while ! [ -e /dev/vda ]; do sleep 0.2; done
	echo "=== console $GPUHOST_CONSOLE" | dd of=/dev/vda bs=512 conv=fsync,sync
	: >/run/gpuhost/poweroff
	sleep 60
end
log=$work/bare.log
truncate -s 1M "$log"
timeout "${TIMEOUT:-120}" "$qemu" -accel tcg -machine q35,i8042=off -cpu max -smp 1 -m 256 \
	-display none -vga none -nic none -no-reboot -serial none -parallel none -monitor none \
	-kernel "$kernel/vmlinuz" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1" \
	-drive "if=virtio,format=raw,file=$log" 2>"$work/qemu.err"
status=$?
ok "without screen, keyboard and serial port it runs, and switches off" test $status = 0
ok "console=ttyS0 without such a port falls back to the screen" \
	logged "=== console /dev/tty1"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
