#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The forecast against Linux itself: kvmleaf says what a Linux will do in a guest, and then distributions' kernels boot
# with the same CPU and vCPUs on real KVM. What their messages, /proc, /sys and the MSRs tell is held against each row
# that they can show.
#
# The kernels are the nested host's own, those of this system, and those of each tree in KVMLEAF_KERNELS: folders,
# separated by blanks, with boot/vmlinuz-* and lib/modules, as an unpacked package or a distribution's root has them.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/run-guests.sh
sources=test-harness/forecast
boot_answers

# The forecast, in the guests themselves and from their reports.
run_cases "guests with a forecast" "$scratch/tap" --cases $sources --out "$scratch/guests"
names=()
while read -r name; do
	[ "$(result_of "$scratch/tap" "$name")" != skip ] || { skip "$name" "$(sed -n "s/.* - $name # SKIP //p" "$scratch/tap")" && continue; }
	folder=$scratch/guests/$name
	"$boot" explain "$folder/report.json" >"$scratch/explained" 2>&1 &&
		tr -d '\r' <"$folder/serial.log" | sed -n '/^Forecast/,/^KVMLEAF-END/{/^KVMLEAF-END/!p}' | cmp -s "$scratch/explained" -
	report $? "$name: --explain in the guest says what explain says of its report" "$(cat "$scratch/explained")"
	"$boot" explain --json "$folder/report.json" >"$folder/explained.json" && names+=("$name")
done < <(names_in "$scratch/tap")
[ "${#names[@]}" -ge 8 ]
report $? "there are at least eight guests" "${names[*]}"

# make_initrd FOLDER [MSR-MODULE]: the initial file system of the guests.
make_initrd() {
	local tree=$scratch/tree tool library
	rm -rf "$tree"
	mkdir -p "$tree"/{bin,proc,sys,dev}
	"${CC:-cc}" -O1 -o "$tree/bin/vdso" $sources/vdso.c || return
	cp -L "$(command -v busybox)" "$tree/bin/busybox"
	for tool in "$tree/bin/vdso" "$tree/bin/busybox"; do
		ldd "$tool" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
			mkdir -p "$tree$(dirname "$library")"
			cp -Lu "$library" "$tree$library"
		done
	done
	[ -z "${2:-}" ] || unpack_module "$2" >"$tree/msr.ko" || return
	cp $sources/guest-init "$tree/init"
	(cd "$tree" && find . | cpio --quiet -o -H newc) >"$1/initrd"
}

unpack_module() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -qdc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# guest NAME SMP CPU OPTIONS...: a line of the job that boots one guest. Without kvm-clock's help the kernel measures the
# timer, which fails on a slow host: no_timer_check. Linux 7.2 finds the sizes that an emulated CPU gives for XSAVE
# inconsistent, and stops: noxsave. A guest that hangs, as one in some fifty does in the nested host, is tried once more.
guest() {
	local name=$1 smp=$2 cpu=$3
	shift 3
	echo "for try in 1 2; do timeout 45 qemu-system-x86_64 -accel kvm -machine q35,hpet=off -cpu $cpu -smp $smp -m 320 -nodefaults -display none" \
		"-no-reboot -kernel vmlinuz -initrd initrd -append 'console=ttyS0 quiet no_timer_check noxsave' $*" \
		"-serial file:out/$name.log >out/$name.errors 2>&1; grep -q ^END out/$name.log && break; done"
}

# Two vCPUs, of which the second has APIC id 256.
far='-machine q35,hpet=off,kernel-irqchip=split -m 768 -device host-x86_64-cpu,socket-id=1,core-id=0,thread-id=0'

# boot_kernel FOLDER: boots every guest with FOLDER/vmlinuz, a few in one job: a job whose nested host crashes is begun
# anew. Ends at the first job that does not come to its end.
boot_kernel() {
	local lines=() name first
	"$boot" cases --cases $sources --list --json >"$scratch/list.json"
	for name in "${names[@]}"; do
		# shellcheck disable=SC2046 # two words
		lines+=("$(guest "$name" $(jq -r --arg name "$name" '.[] | select(.name == $name) | "\(.smp) \(.cpu)"' "$scratch/list.json"))")
	done
	lines+=("$(guest far 1,sockets=2,cores=129,maxcpus=258 host "$far")")
	lines+=("$(guest far-masked 1,sockets=2,cores=129,maxcpus=258 host,-kvm-msi-ext-dest-id "$far")")
	for ((first = 0; first < ${#lines[@]}; first += 4)); do
		printf '%s\n' "${lines[@]:first:4}" true >"$1/run"
		rm -rf "$1/out" && mkdir "$1/out"
		run_guests "$1" 400 >"$1/output" 2>&1 || return
		cp "$1"/out/*.log "$1"/out/*.errors "$1/logs/"
	done
}

# shown GUEST WORD: what the guest printed after that word.
shown() { tr -d '\r' <"$job/logs/$1.log" | sed -n "s/^$2 //p"; }
says() { shown "$1" SAYS | grep -qF -- "$2"; }

# is_used GUEST TOPIC: whether Linux uses that; status 2 where the guest does not show it.
is_used() {
	case $2 in
	guest) says "$1" "Hypervisor detected: KVM" ;;
	clock) [ "$(shown "$1" CLOCK)" = "$([ "$state" = used ] && echo "${forecast%%[!a-z-]*}" || echo kvm-clock)" ] ;;
	clock-read) [ "$(shown "$1" READ)" = vdso ] ;;
	tsc-rate) ! shown "$1" SAYS | grep -q '^tsc: .*calibrat' ;;
	spinlocks) says "$1" "PV spinlocks enabled" ;;
	tlb-flush) says "$1" "KVM setup pv remote TLB flush" ;;
	ipi) says "$1" "setup PV IPIs" ;;
	yield) says "$1" "setup PV sched yield" ;;
	async-faults) [ "$(shown "$1" CALLBACK)" = 1 ] && [[ $(shown "$1" MSR02) != 0000000000000000 ]] ;;
	eoi) [ -n "$(shown "$1" MSR04)" ] || return 2; [[ $(shown "$1" MSR04) != 0000000000000000 ]] ;;
	halt-polling) [ -n "$(shown "$1" MSR05)" ] || return 2; [[ "$(shown "$1" IDLE) $(shown "$1" MSR05)" = "haltpoll 0000000000000000" ]] ;;
	steal-time) [ "$(shown "$1" CPUS)" -gt 1 ] || return 2; [ "$(shown "$1" STOLEN)" -gt 0 ] ;;
	*) return 2 ;;
	esac
}

# because GUEST TOPIC: whether Linux gives the forecast's reason for not using something, where it gives one.
because() {
	case "$2 $forecast" in
	"clock hpet"*) [[ $(shown "$1" CLOCK) =~ ^(hpet|acpi_pm)$ ]] ;;
	"clock "*) [[ $(shown "$1" CLOCK) =~ ^(tsc|hpet|acpi_pm)$ ]] ;;
	"spinlocks One vCPU"*) says "$1" "PV spinlocks disabled, single CPU" || says "$1" "PV spinlocks disabled, no host support" ;;
	"spinlocks Native locks:"*) says "$1" "PV spinlocks disabled with KVM_HINTS_REALTIME hints" ;;
	"spinlocks Native locks,"*) shown "$1" SAYS | grep -qE 'PV spinlocks disabled(, no host support| with KVM_HINTS_REALTIME hints)' ;;
	"spinlocks "*) says "$1" "PV spinlocks disabled, no host support" ;;
	"halt-polling The guest"*) [ "$(shown "$1" IDLE)" = haltpoll ] && says "$1" "host does not support poll control" ;;
	"halt-polling "*) [ "$(shown "$1" IDLE)" != haltpoll ] ;;
	esac
}

# judge GUEST: a line for each row that Linux does not bear out. Notes in $scratch/seen what was seen.
judge() {
	local topic state forecast used
	while IFS=$'\t' read -r topic state forecast; do
		is_used "$1" "$topic"
		used=$?
		[ $used -ne 2 ] || continue
		echo "$topic $state" >>"$scratch/seen"
		if [ "$state" = used ]; then
			[ $used -eq 0 ] || echo "$topic: forecast as used ($forecast)"
		else
			[ $used -ne 0 ] || echo "$topic: forecast as $state ($forecast)"
			because "$1" "$topic" || echo "$topic: for another reason ($forecast)"
		fi
	done < <(jq -r '.forecast.rows[] | [.topic, .state, .says] | @tsv' "$scratch/guests/$1/explained.json")
}

# try_kernel VERSION KERNEL [MSR-MODULE]
try_kernel() {
	local name wrong
	job=$scratch/linux-$1
	mkdir -p "$job/logs"
	cp "$2" "$job/vmlinuz"
	make_initrd "$job" "${3:-}"
	report $? "Linux $1: there is an initial file system for it"
	if ! boot_kernel "$job" && [ "$accelerator" = nested ]; then
		skip "Linux $1" "the nested host's guest does not come up, in four attempts"
		return
	fi
	local ended=0
	for name in "${names[@]}"; do
		if grep -q '^END' "$job/logs/$name.log" 2>/dev/null; then
			ended=$((ended + 1))
		elif [ "$accelerator" != nested ]; then
			report 1 "Linux $1, $name: the guest comes to its end" "$(tail -n 5 "$job/logs/$name.errors" "$job/logs/$name.log" 2>&1)"
			continue
		else
			hung=$((hung + 1))
			skip "Linux $1, $name" "the nested host's guest does not come to its end, in two attempts"
			continue
		fi
		wrong=$(judge "$name")
		[ -z "$wrong" ]
		report $? "Linux $1, $name: Linux does what the forecast says" "$wrong
$(tr -d '\r' <"$job/logs/$name.log" | grep -E '^[A-Z0-9]+ ' | head -n 40)"
	done
	[ "$ended" -ge 12 ]
	report $? "Linux $1: at least 12 of ${#names[@]} guests come to their end" \
		"$(cd "$job/logs" && for name in "${names[@]}"; do tail -n 2 "$name.errors" "$name.log" 2>&1; done)"
	# Linux 7.2 says that it does not start that vCPU, and the guest then hangs on this KVM.
	[ "$(shown far CPUS)" = 2 ] &&
		{ [ "$(shown far-masked CPUS)" = 1 ] || grep -q 'CPU 1 has invalid APIC ID 100' "$job/logs/far-masked.log"; }
	report $? "Linux $1: a vCPU with APIC id 256 starts with MSI_EXT_DEST_ID, and not without" \
		"$(shown far CPUS) $(shown far-masked CPUS) $(tail -n 3 "$job/logs/far.errors" "$job/logs/far-masked.errors")"
}

# kernels_of TREE: version, kernel and msr module of each kernel in the tree, a line each.
kernels_of() {
	local modules version kernel
	for modules in "$1"/lib/modules/* "$1"/usr/lib/modules/*; do
		version=${modules##*/}
		for kernel in "$1/boot/vmlinuz-$version" "$modules/vmlinuz"; do
			[ -r "$kernel" ] || continue
			echo "$version $kernel $(find "$modules" -name 'msr.ko*' | head -n 1)"
			break
		done
	done
}

accelerator=$("$boot" host accelerator)
: >"$scratch/seen"
hung=0
if [ "$accelerator" = tcg ]; then
	skip "what Linux does" "no /dev/kvm that can be opened"
else
	[ ! -r "$build/nested/vmlinuz" ] || try_kernel "of the nested host" "$build/nested/vmlinuz" "$(find "$build/nested" -name msr.ko)"
	for tree in "" ${KVMLEAF_KERNELS:-}; do
		while read -r version kernel module; do
			try_kernel "$version" "$kernel" "$module"
		done < <(kernels_of "$tree" | sort -u -k 1,1)
	done
	# Nothing was passed over: each topic that a guest can show was seen used, and not used.
	for topic in guest clock clock-read tsc-rate spinlocks tlb-flush ipi yield async-faults eoi halt-polling steal-time; do
		grep -qx "$topic used" "$scratch/seen" && grep -qxE "$topic (unused|missing)" "$scratch/seen"
		seen=$?
		if [ $seen -ne 0 ] && [ "$hung" -gt 0 ]; then
			skip "$topic was seen used, and not used" "the nested host's guest does not come to its end, in two attempts"
		else
			report $seen "$topic was seen used, and not used" "$(sort "$scratch/seen" | uniq -c)"
		fi
	done
fi
plan
