# SPDX-License-Identifier: BSD-2-Clause
# Runs a job that starts QEMU on KVM: in a nested host, or on this machine's own KVM.
# shellcheck shell=bash disable=SC2154

# run_guests FOLDER SECONDS: executes FOLDER/run in FOLDER, which leaves its results in out/. In the nested host, Linux
# guests need more frequent timer ticks than OVMF survives there (nested/init says why).
run_guests() {
	if [ "$("$boot" host accelerator)" = nested ]; then
		sed -i '1i echo 20000 >/sys/module/kvm/parameters/min_timer_period_us' "$1/run"
		test-harness/nested/run-job.sh "$1" "$2"
	else
		(cd "$1" && timeout "$2" sh ./run)
	fi
}
