#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Where check-distros cannot make the root folder of a Debian release, it says why in one line, ends with a documented
# status, and leaves nothing behind.
. test-harness/checks/lib/lib.sh
check=test-harness/distros/check-distros
# No web server listens on port 9 (discard).
nobody=http://127.0.0.1:9/debian

# ends STATUS WORDS COMMAND...: the command ends with this status and prints one line that has these words, beside the
# line that announces the work. No folder of a root is left.
ends() {
	local status=$1 words=$2 output actual left
	shift 2
	output=$(ROOTS=$scratch/roots "$@" 2>&1)
	actual=$?
	output=$(grep -v ': making its root$' <<<"$output")
	left=$(find "$scratch/roots" -mindepth 1 -type d 2>/dev/null)
	[ "$actual" -eq "$status" ] && [ "$(wc -l <<<"$output")" -eq 1 ] && grep -qF -- "$words" <<<"$output" && [ -z "$left" ]
	report $? "$words" "status $actual: $output; left: $left"
}

ends 2 '"potato": expected bookworm, trixie or sid' "$check" potato
ends 2 '"potato": expected' env DISTROS="sid potato" "$check"
ends 2 '"../sid": expected' "$check" ../sid
if ! command -v apt-get >/dev/null || ! command -v debootstrap >/dev/null || [ "$(id -u)" -ne 0 ] ||
	! unshare --mount --propagation private mount --bind "$scratch" "$scratch" 2>/dev/null; then
	skip "roots that cannot be made" "needs apt, debootstrap, root, and mounts that are not refused"
	plan
	exit 0
fi
ends 3 "check-distros: trixie: the mirror $nobody does not give trixie's index" env MIRROR="$nobody" "$check" trixie
ends 0 "sid: skipped: the mirror $nobody does not give sid's index" env MIRROR="$nobody" "$check" sid

# A mirror that has an index but no packages, served by a local web server.
mkdir -p "$scratch/web/dists/trixie"
echo "Suite: trixie" >"$scratch/web/dists/trixie/InRelease"
python3 -u -m http.server --bind 127.0.0.1 --directory "$scratch/web" 0 >"$scratch/web.log" 2>&1 &
server=$!
clean_up() { kill "$server"; }
wait_until 10 grep -qs port "$scratch/web.log"
web=http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$scratch/web.log" | head -n 1)
ends 3 "check-distros: trixie: debootstrap: " env http_proxy= MIRROR="$web" "$check" trixie
# shellcheck disable=SC2016 # the inner shell expands them
ends 3 "MiB free; a root and what is built in it take" env http_proxy= MIRROR="$web" unshare --mount --propagation private \
	sh -c 'mkdir -p "$ROOTS" && mount -t tmpfs -o size=1m none "$ROOTS" && "$1" trixie' sh "$check"
# shellcheck disable=SC2016 # the inner shell expands them
ends 3 "mounting is refused here" env MIRROR="$web" sh -c 'mkdir -p "$ROOTS" "$1" && printf "#!/bin/sh\nexit 1\n" >"$1/unshare" &&
	chmod +x "$1/unshare" && PATH=$1:$PATH "$2" trixie' sh "$scratch/bin" "$check"
! grep -qF "$scratch/roots" /proc/self/mounts
report $? "nothing is left mounted"
plan
