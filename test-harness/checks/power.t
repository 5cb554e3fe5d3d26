#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Power cuts: QEMU is killed at random moments around the write of the report, in guests that are restored with an old
# report in their variable store. The store must have the old report or the new one, whole, and the next boot on this very
# store must store its own. CUTS=500 SEED=1 changes the number of cuts and the moments.
. test-harness/checks/lib/lib.sh
cuts=${CUTS:-20}
seed=${SEED:-$RANDOM}
qemu=test-harness/checks/lib/power-qemu
boot_answers
echo "# CUTS=$cuts SEED=$seed"

# The old report, of a machine that differs, and the store that has it.
firmware=$(test-harness/raw-firmware.sh "$boot" "$scratch")
code=${firmware%%:*}
"$boot" --accel=tcg --firmware="$firmware" --cpu=qemu64,-hypervisor --out "$scratch/old" -- --quiet >"$scratch/output" 2>&1
report $? "the old report is stored" "$(cat "$scratch/output")"
old=$scratch/old/boot/report.json
export POWER_STORE=$scratch/old/boot/VARS.fd POWER_CUT

mkdir "$scratch/cases"
for ((i = 0; i <= cuts; i++)); do
	printf '[cut-%d]\nwhy = the power is cut\naccel = tcg\ncpu = qemu64\nstore = flash\n' "$i"
done >"$scratch/cases/cuts.ini"
# guests OUT NAMES: runs these cases on the store with the old report, on a cache of their own.
guests() {
	"$boot" cases --cases "$scratch/cases" --qemu "$qemu" --firmware="$code:$POWER_STORE" --cache "$scratch/cache" \
		--out "$scratch/$1" "$2" >"$scratch/$1.tap" 2>&1
}

# An uncut guest: how the store looks before and after, and how many milliseconds the writing takes.
POWER_CUT=measure
guests uncut cut-0
new=$scratch/uncut/cut-0/report.json
wait_until 5 test -s "$scratch/uncut/cut-0/cut"
read -r run write <"$scratch/uncut/cut-0/cut"
[ "${run:-0}" -gt 0 ] && [ "${write:-0}" -gt 0 ] && [ -s "$new" ] && ! cmp -s "$old" "$new"
report $? "an uncut guest stores a new report" "$(cat "$scratch/uncut.tap")"
before=$(sha256sum <"$(echo "$scratch"/cache/guest-*/store)")
after=$(sha256sum <"$scratch/uncut/cut-0/VARS.fd")
[ "$before" != "$after" ]
report $? "its store differs from the one before" "$before $after"
echo "# from the first line to the end $run ms, from the first write to the last $write ms"

# A tenth more than the times measured, so that some cuts come after the write.
POWER_CUT="$seed $((run * 11 / 10)) $((write * 11 / 10 + 1))"
rm "$scratch/uncut/cut-0/cut"
guests cut 'cut-*'
names=()
for ((i = 1; i <= cuts; i++)); do names+=("cut-$i"); done
is_cut() { [ -s "$scratch/cut/$1/cut" ] && [ -s "$scratch/cut/$1/VARS.fd" ]; }
not_cut=()
for name in "${names[@]}"; do wait_until 5 is_cut "$name" || not_cut+=("$name"); done
[ "${#not_cut[@]}" -eq 0 ]
report $? "each of the $cuts guests was cut" "not cut: ${not_cut[*]}
$(head -n 20 "$scratch/cut.tap")"

# What the cuts left. The counts are of stores as before the write, as after it, and of others.
declare -A at=([before]=0 [during]=0 [after]=0) found=([old]=0 [new]=0) stores=()
broken=()
for name in "${names[@]}"; do
	store=$scratch/cut/$name/VARS.fd
	sum=$(sha256sum <"$store")
	stores[$sum]=$store
	moment=during
	[ "$sum" != "$before" ] || moment=before
	[ "$sum" != "$after" ] || moment=after
	at[$moment]=$((at[$moment] + 1))
	"$boot" read "$store" >"$scratch/read" 2>"$scratch/read-errors"
	if cmp -s "$scratch/read" "$old"; then
		found[old]=$((found[old] + 1))
	elif cmp -s "$scratch/read" "$new"; then
		found[new]=$((found[new] + 1))
	else
		broken+=("$name ($moment; $(<"$scratch/cut/$name/cut")): $(head -c 200 "$scratch/read" "$scratch/read-errors")")
	fi
done
counts="before ${at[before]}, during ${at[during]}, after ${at[after]}; old ${found[old]}, new ${found[new]}"
[ "${#broken[@]}" -eq 0 ]
report $? "each store has the old report or the new one, whole: $counts" "$(printf '%s\n' "${broken[@]}")"
[ "${at[during]}" -gt 0 ]
report $? "${at[during]} of $cuts cuts came during the write" "$(cat "$scratch"/cut/*/cut)"

# The next boot, on each store that differs from the others.
# boots STORE: boots the app on this store, from reset. Its report must be there afterwards. Prints what went wrong.
boots() {
	local store=$1 serial=${1%/*}/next.log
	start_qemu 600 "$code" "$store" -serial "file:$serial" -kernel "$app" -append "--exit=qemu --quiet" >/dev/null 2>&1
	[ $? -eq 33 ] && grep -qE '^KVMLEAF-END .*report=(written|unchanged) status=pass' "$serial" &&
		"$boot" read "$store" | cmp -s - "$new" || echo "$store: $(tail -n 1 "$serial")"
}
for store in "${stores[@]}"; do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
	boots "$store" >"${store%/*}/next" &
done
wait
mapfile -t failed < <(for store in "${stores[@]}"; do cat "${store%/*}/next" || echo "$store: not booted"; done)
[ "${#stores[@]}" -gt 1 ] && [ "${#failed[@]}" -eq 0 ]
report $? "the next boot stores its report on each of ${#stores[@]} different stores" "$(printf '%s\n' "${failed[@]}")"
plan
