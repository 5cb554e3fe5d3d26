#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The report as the next system finds it: the distribution's own kernel on the store that kvmleaf wrote, README's own
# command, efivar, and the machine as cpuid and the kernel see it.
. test-harness/checks/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
variable=KvmLeafReport-844178cc-75ab-4984-8674-514528c3b17a

"$boot" --case tcg --cold --out "$scratch/out" >/dev/null 2>&1
report $? "kvmleaf leaves its report in a variable store"
# The command line that kvmleaf-boot used says which firmware.
code=$(grep -o "file=[^']*CODE[^']*" "$scratch/out/tcg/command" | head -n 1 | cut -d = -f 2)

mkdir -p "$tree/bin" "$tree/proc" "$tree/sys" "$tree/dev"
for tool in busybox jq efivar cpuid; do
	path=$(command -v "$tool")
	cp -L "$path" "$tree/bin/"
	ldd "$path" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
		mkdir -p "$tree$(dirname "$library")"
		cp -Lu "$library" "$tree$library"
	done
done
[ ! -r build/nested/efivarfs.ko ] || cp build/nested/efivarfs.ko "$tree/"
# README's own command, found there and not typed again.
command=$(grep -m 1 '^tail -c +5 ' README.md)
cat >"$tree/init" <<END
#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
[ ! -e /efivarfs.ko ] || insmod /efivarfs.ko
mount -t efivarfs efivarfs /sys/firmware/efi/efivars
echo; echo REPORT-BEGIN
$command
echo REPORT-END
echo EFIVAR \$(efivar -p -n ${variable#*-}-${variable%%-*} | grep -c .)
cpuid -1 -r -i | sed -n 's/^ *\(0x4000000[01] 0x00\): /CPUID \1 /p'
dmesg | sed -n 's/.*\(Hypervisor detected: .*\)/DMESG \1/p'
poweroff -f
END
chmod 755 "$tree/init"
(cd "$tree" && find . | cpio --quiet -o -H newc) >"$scratch/initrd"
timeout 150 qemu-system-x86_64 -accel tcg -machine q35 -cpu qemu64 -m 512 -nodefaults -display none -no-reboot \
	-drive "if=pflash,unit=0,format=raw,readonly=on,file=$code" -drive "if=pflash,unit=1,format=raw,file=$scratch/out/tcg/VARS.fd" \
	-kernel build/nested/vmlinuz -initrd "$scratch/initrd" -append "console=ttyS0 quiet" -serial "file:$scratch/linux.log"
report $? "a Linux guest comes and goes" "$(tail -n 5 "$scratch/linux.log")"
# jq colours what it prints on a terminal.
tr -d '\r' <"$scratch/linux.log" | sed 's/\x1b\[[0-9;]*m//g' >"$scratch/log"

sed -n '/^REPORT-BEGIN$/,/^REPORT-END$/p' "$scratch/log" | sed '1d;$d' | jq -S . >"$scratch/seen.json" 2>/dev/null
jq -S . "$scratch/out/tcg/report.json" >"$scratch/said.json"
[ -s "$scratch/seen.json" ] && cmp -s "$scratch/seen.json" "$scratch/said.json"
report $? "README's command prints the report on efivarfs" "$(diff "$scratch/seen.json" "$scratch/said.json" | head -n 5; tail -n 5 "$scratch/log")"
lines=$(sed -n 's/^EFIVAR //p' "$scratch/log")
[ "${lines:-0}" -gt 10 ]
report $? "efivar prints it" "$(grep EFIVAR "$scratch/log")"
for leaf in 0x40000000 0x40000001; do
	seen=$(sed -n "s/^CPUID $leaf 0x00 //p" "$scratch/log")
	said=$(jq -r --arg leaf "$leaf" '.leaves[] | select(.[0] == $leaf) | "eax=\(.[2]) ebx=\(.[3]) ecx=\(.[4]) edx=\(.[5])"' "$scratch/said.json")
	[ -n "$said" ] && [ "$seen" = "$said" ]
	report $? "leaf $leaf is what Linux's cpuid sees" "$seen / $said"
done
plan
