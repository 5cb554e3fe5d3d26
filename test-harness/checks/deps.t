#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The installer of packages before a distribution that lacks some: played by an apt of a few lines, which notes its calls.
. test-harness/checks/lib/lib.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
installer=$PWD/test-harness/install-deps.sh
mkdir "$scratch/bin" "$scratch/tree"

# Knows as absent what is in the file absent, and as gone what is in the file gone; like apt, it installs all or nothing.
cat >"$scratch/bin/apt-get" <<END
#!/bin/sh
echo "\$*" >>$scratch/calls
case \$* in
update*) [ ! -e $scratch/offline ]; exit ;;
*" -s "*) simulate=yes ;;
esac
for name; do ! grep -qxF -- "\$name" $scratch/gone || exit 100; done
for name; do [ -n "\$simulate" ] || sed -i "/^\$name\$/d" $scratch/absent; done
END
cat >"$scratch/bin/dpkg-query" <<END
#!/bin/sh
for name; do :; done
grep -qxF -- "\$name" $scratch/absent && exit 1
echo install ok installed
END
printf '#!/bin/sh\nexec "$@"\n' >"$scratch/bin/sudo"
chmod +x "$scratch/bin"/*

# installs STATUS LINES: what the call ends with, and on standard error exactly these lines.
installs() {
	local errors status
	errors=$(cd "$scratch/tree" && PATH=$scratch/bin:$PATH "$installer" check 2>&1 >/dev/null)
	status=$?
	[ "$status" -eq "$1" ] && [ "$errors" = "$2" ]
	report $? "$3" "status $status: $errors; calls: $(cat "$scratch/calls")"
}

: >"$scratch/calls"
printf '%s\n' jq shellcheck ovmf-ia32 efivar >"$scratch/absent"
echo ovmf-ia32 >"$scratch/gone"
installs 0 "deps: this distribution does not offer: ovmf-ia32" "one name that is gone is one line"
[ "$(cat "$scratch/absent")" = ovmf-ia32 ]
report $? "and the rest is installed" "$(cat "$scratch/absent")"
: >"$scratch/calls"
installs 0 "" "it is not asked for again on the same day"
[ ! -s "$scratch/calls" ]
report $? "not even of apt" "$(cat "$scratch/calls")"
touch -d '2 days ago' "$scratch/tree/build/deps-gone"
installs 0 "deps: this distribution does not offer: ovmf-ia32" "but on another"
rm "$scratch/tree/build/deps-gone"

touch "$scratch/offline"
installs 0 "deps: this distribution does not offer: ovmf-ia32 (by lists that could not be fetched anew)" \
	"without a network, what only tests need keeps nobody from anything"
[ ! -e "$scratch/tree/build/deps-gone" ]
report $? "and is asked for again"
printf '%s\n' gnu-efi ovmf-ia32 >"$scratch/absent"
printf '%s\n' gnu-efi ovmf-ia32 >"$scratch/gone"
installs 1 "deps: the package lists cannot be fetched; missing: gnu-efi ovmf-ia32" "what the build needs does"
plan
