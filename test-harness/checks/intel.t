#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# KVM on an Intel CPU, which Bochs emulates: the cases in cases/intel except for a slow one, and what kvmleaf-boot says
# and leaves where Bochs is not there or the run is interrupted. Where Bochs, or what its host is built with, is not
# installed, the cases are skipped.
. test-harness/checks/lib/lib.sh
. test-harness/checks/lib/judge-report.sh
results=${KVMLEAF_RESULTS:-$build/results}-intel
tap=$results.tap
why_not=$build/nested-intel/why-not
rm -rf "$results" "$tap"

# Only QEMU is in this folder.
mkdir "$scratch/bin"
ln -s "$(command -v qemu-system-x86_64)" "$scratch/bin/"
one_line 3 "bochs is not installed (package bochs)" env PATH="$scratch/bin" "$boot" host accelerator --accel nested-intel
report $? "a machine without Bochs: one line names the package" "status $status: $line"

# What is missing, as a reason to skip the cases; nothing if all is there.
missing=$("$boot" host accelerator --accel nested-intel 2>&1 >/dev/null | grep -oxE 'kvmleaf-boot: bochs is not installed .*')
[ -n "$missing" ] || missing=$(grep -sm 1 '^nested host: ' "$why_not")
missing=${missing#*: }
if [ -n "$missing" ]; then
	skip "KVM on an Intel CPU" "$missing"
	plan
	exit
fi

one_line 3 "BIOS-bochs-latest is not in $scratch (package bochsbios)" env BXSHARE="$scratch" "$boot" host accelerator --accel nested-intel
report $? "a folder without Bochs' ROM images: one line names file, folder and package" "status $status: $line"

# Interrupted while Bochs runs. The shell makes a program in the background ignore SIGINT, and env undoes that.
env --default-signal=INT "$boot" cases intel-host --cases test-harness/cases/intel --accel nested-intel --out "$scratch/cut" >"$scratch/cut.tap" 2>&1 &
run=$!
runs_bochs() { [ -n "$(processes_with "$scratch/cut/nested-intel-host-1/bochsrc")" ]; }
wait_until 120 runs_bochs
report $? "a run has started Bochs" "$(cat "$scratch/cut.tap")"
kill -INT "$run"
wait "$run"
status=$?
[ "$status" -eq 130 ] && [ -z "$(processes_with "$scratch/cut")" ] && [ -z "$(find "$scratch/cut" -name '*.lock')" ]
report $? "after SIGINT neither Bochs nor its lock is left" "status $status; $(processes_with "$scratch/cut"); $(find "$scratch/cut")"

run_cases "all cases on an Intel CPU" "$tap" --cases test-harness/cases/intel --accel nested-intel -j 1 --require-kvm \
	--out "$results" 'intel-*'
# Bochs 3.1 divides some 64-bit numbers wrongly: the kernels of Debian 12 and unstable panic at their start.
if grep -qF "the nested host's CPU has halted for good in Bochs 3.1 " "$tap"; then
	skip "KVM on an Intel CPU" "the nested host's CPU halts for good in Bochs 3.1"
	plan
	exit
fi
retell "$tap"
mapfile -t names < <(names_in "$tap")
probed=0
for name in "${names[@]}"; do
	report=$results/$name/report.json
	[ "$(result_of "$tap" "$name")" != skip ] || continue
	[ -r "$report" ]
	report $? "$name: the case left its report"
	[ -r "$report" ] || continue
	judge_report "$name" "$report"
	[ "$(jq '.probe | length' "$report")" -eq 0 ] || probed=$((probed + 1))
done
[ "$probed" -ge 12 ]
report $? "at least 12 of the cases were probed" "$probed"
[ "$(jq -r .cpu.vendor "$results/intel-host/report.json")" = GenuineIntel ]
report $? "the CPU is Intel's"

# parameter NAME CASE VALUE: reports whether that guest's KVM had that value of a parameter.
parameter() {
	grep -qxF "kvm_intel.$1=$3" "$results/$2/kvm-parameters"
	report $? "$2: kvm-intel's parameter $1 was $3" "$(grep -F "$1" "$results/$2/kvm-parameters")"
}
parameter preemption_timer intel-host Y
parameter preemption_timer intel-preemption-timer-off N
parameter enable_apicv intel-host N
parameter preemption_timer intel-usual Y
plan
