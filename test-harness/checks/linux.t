#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A Linux guest finds the report that kvmleaf left, on TCG and on KVM: the distribution's kernel boots with the variable
# store that kvmleaf wrote. README's command and efivar print the report, and cpuid and the kernel see in the machine
# what the report says.
. test-harness/checks/lib/lib.sh
boot_answers
variable=KvmLeafReport-844178cc-75ab-4984-8674-514528c3b17a

# make_initrd: makes the initrd of the guest, which runs the commands of this check and switches off.
make_initrd() {
	local tree=$scratch/tree tool path library command

	mkdir -p "$tree/bin" "$tree/proc" "$tree/sys" "$tree/dev"
	for tool in busybox jq efivar cpuid; do
		path=$(command -v "$tool")
		cp -L "$path" "$tree/bin/"
		ldd "$path" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
			mkdir -p "$tree$(dirname "$library")"
			cp -Lu "$library" "$tree$library"
		done
	done
	[ ! -r "$build/nested/efivarfs.ko" ] || cp "$build/nested/efivarfs.ko" "$tree/"
	# The command is taken from README, so that the check tries what README shows.
	command=$(grep -m 1 '^tail -c +5 ' README.md)
	cat >"$tree/init" <<-END
		#!/bin/busybox sh
		export PATH=/bin
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		mount -t devtmpfs dev /dev
		[ ! -e /efivarfs.ko ] || insmod /efivarfs.ko
		[ ! -d /sys/firmware/efi ] || mount -t efivarfs efivarfs /sys/firmware/efi/efivars
		echo; echo REPORT-BEGIN
		$command
		echo REPORT-END
		echo EFIVAR \$(efivar -p -n ${variable#*-}-${variable%%-*} | grep -c .)
		cpuid -1 -r -i | sed -n 's/^ *\(0x4000000[01] 0x00\): /CPUID \1 /p'
		dmesg | sed -n 's/^\[[^]]*] \(Hypervisor detected\|kvm-clock\|secureboot\): /DMESG \1: /p'
		for loader in /lib64/ld-linux-x86-64.so.2 /lib/ld-linux-x86-64.so.2; do
			[ ! -x \$loader ] || \$loader --help | sed -n 's/^ *\(x86-64-v[234]\)\( (supported.*\)*$/LEVEL \1\2/p'
		done
		echo XSAVE \$(dmesg | grep -c 'XSAVE consistency problem')
		echo CLOCK \$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)
		poweroff -f
	END
	chmod 755 "$tree/init"
	(cd "$tree" && find . | cpio --quiet -o -H newc) >"$scratch/initrd"
}

# linux_command ACCEL CPU CODE KERNEL: prints the QEMU command, for a folder that has VARS.fd and initrd. The guest's
# console goes to out/linux.log.
linux_command() {
	echo "qemu-system-x86_64 -accel $1 -machine q35,hpet=off -cpu $2 -m 512 -nodefaults -display none -no-reboot" \
		"-drive if=pflash,unit=0,format=raw,readonly=on,file=$3 -drive if=pflash,unit=1,format=raw,file=VARS.fd" \
		"-kernel $4 -initrd initrd -append 'console=ttyS0 quiet' -serial file:out/linux.log"
}

# boot_linux ACCEL CPU CODE: boots Linux on the variable store that kvmleaf left. In the nested host it boots without
# firmware, because a Linux guest needs frequent timer ticks, which OVMF does not survive there (nested/init says why).
# What the kernel sees of KVM is the same.
boot_linux() {
	local job=$scratch/$1
	mkdir -p "$job/out"
	cp "$scratch/kvmleaf/$1/VARS.fd" "$scratch/initrd" "$job/"
	if [ "$1" = nested ]; then
		cp "$build/nested/vmlinuz" "$job/"
		{
			echo 'echo 20000 >/sys/module/kvm/parameters/min_timer_period_us'
			linux_command kvm "$2" "$3" vmlinuz | sed 's/-drive [^ ]*//g'
		} >"$job/run"
		test-harness/nested/run-job.sh "$job" 80
	else
		linux_command "$1" "$2" "$3" "$(realpath "$build/nested/vmlinuz")" >"$job/run"
		(cd "$job" && timeout 150 sh ./run)
	fi 2>"$job/errors"
}

# said ACCEL FILTER: prints that part of kvmleaf's report.
said() { jq -r "$2" "$scratch/$1/said.json"; }
# seen ACCEL WORD: what Linux printed after that word.
seen() { sed -n "s/^$2 //p" "$scratch/$1/log"; }

# take_log ACCEL: makes a plain text of what Linux printed. jq prints colours on a terminal.
take_log() {
	local job=$scratch/$1
	tr -d '\r' <"$job/out/linux.log" | sed 's/\x1b\[[0-9;]*m//g' >"$job/log"
	jq -S . "$scratch/kvmleaf/$1/report.json" >"$job/said.json"
}

# same_report ACCEL: Linux reads the report in its variable store.
same_report() {
	local job=$scratch/$1 lines secure=disabled
	sed -n '/^REPORT-BEGIN$/,/^REPORT-END$/p' "$job/log" | sed '1d;$d' | jq -S . >"$job/seen.json" 2>/dev/null
	[ -s "$job/seen.json" ] && cmp -s "$job/seen.json" "$job/said.json"
	report $? "$1: README's command prints the report on efivarfs" \
		"$(diff "$job/seen.json" "$job/said.json" | head -n 5; tail -n 5 "$job/log")"
	lines=$(seen "$1" EFIVAR)
	[ "${lines:-0}" -gt 10 ]
	report $? "$1: efivar prints the report" "$lines"
	[ "$(said "$1" .secure_boot)" != true ] || secure=enabled
	[ "$(seen "$1" "DMESG secureboot:")" = "Secure boot $secure" ]
	report $? "$1: Linux agrees about Secure Boot" "$(seen "$1" DMESG)"
}

# same_leaves ACCEL: cpuid in Linux sees the leaves of the report.
same_leaves() {
	local leaf registers
	for leaf in 0x40000000 0x40000001; do
		registers=$(said "$1" ".leaves[] | select(.[0] == \"$leaf\") |
			\"eax=\\(.[2]) ebx=\\(.[3]) ecx=\\(.[4]) edx=\\(.[5])\"")
		[ -n "$registers" ] && [ "$(seen "$1" "CPUID $leaf 0x00")" = "$registers" ]
		report $? "$1: cpuid in Linux sees the report's leaf $leaf" "$(seen "$1" "CPUID $leaf 0x00") / $registers"
	done
}

# same_level ACCEL: the C library in Linux, which chooses libraries by the CPU's level, sees the level of the report. It
# lists levels from x86-64-v2 on. On KVM in the nested host the kernel can find the sizes in leaf 0xd inconsistent: it then
# switches XSAVE off, and with it AVX, so that no level above x86-64-v2 is left.
same_level() {
	local highest level
	level=$(said "$1" .cpu.level)
	[[ $(seen "$1" XSAVE) = 0 || $level != x86-64-v[34] ]] || level=x86-64-v2
	highest=$(seen "$1" LEVEL | sed -n 's/ (supported.*//p' | sort | tail -n 1)
	[ -n "$(seen "$1" LEVEL)" ] && [ "$level" = "${highest:-x86-64-v1}" ]
	report $? "$1: the C library in Linux sees the level of the report" "$level / $(seen "$1" LEVEL) / $(said "$1" .cpu)"
}

# kernel_view ACCEL HYPERVISOR: the kernel finds this hypervisor, and takes the clock that the report advertises.
kernel_view() {
	local clock='' msrs=''
	[ "$(seen "$1" "DMESG Hypervisor detected:")" = "$2" ]
	report $? "$1: the kernel finds the hypervisor \"$2\", with the verdict $(said "$1" .verdict)" "$(seen "$1" DMESG)"
	case $(said "$1" '.kvm.features // [] | join(" ")') in
	*KVM_FEATURE_CLOCKSOURCE2*) clock=kvm-clock msrs='Using msrs 4b564d01 and 4b564d00' ;;
	*KVM_FEATURE_CLOCKSOURCE*) clock=kvm-clock msrs='Using msrs 12 and 11' ;;
	esac
	[ "$(seen "$1" "DMESG kvm-clock:" | head -n 1)" = "$msrs" ] && { [ -z "$clock" ] || [ "$(seen "$1" CLOCK)" = "$clock" ]; }
	report $? "$1: the kernel's clock is what the report advertises" "$(seen "$1" DMESG) $(seen "$1" CLOCK) / $clock $msrs"
}

make_initrd
kvm=$("$boot" host accelerator)
for accel in tcg "$kvm"; do
	[ "$accel" = tcg ] && cpu=Haswell-v1 hypervisor='' || cpu=host hypervisor=KVM
	"$boot" --accel "$accel" --cpu "$cpu" --out "$scratch/kvmleaf" >"$scratch/boot.log" 2>&1
	report $? "$accel: kvmleaf leaves its report in a variable store" "$(tail -n 5 "$scratch/boot.log")"
	mv "$scratch/kvmleaf/boot" "$scratch/kvmleaf/$accel"
	code=$(code_of "$scratch/kvmleaf/$accel")
	if ! boot_linux "$accel" "$cpu" "$code" && [ "$accel" = nested ]; then
		skip "nested: a Linux guest boots and ends" "the nested host's guest does not come up, in four attempts"
		continue
	fi
	take_log "$accel"
	grep -q "^CLOCK " "$scratch/$accel/log"
	report $? "$accel: a Linux guest boots and ends" "$(tail -n 5 "$scratch/$accel/errors" "$scratch/$accel/out/linux.log")"
	[ "$accel" = nested ] || same_report "$accel"
	same_leaves "$accel"
	same_level "$accel"
	kernel_view "$accel" "$hypervisor"
done
plan
