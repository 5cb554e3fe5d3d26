#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# install-deps.sh on a distribution that lacks some packages. A small script plays apt-get and records its calls.
. test-harness/checks/lib/lib.sh
installer=$PWD/test-harness/install-deps.sh
mkdir "$scratch/bin" "$scratch/tree"

# The file "absent" names the packages that are not installed, the file "gone" those that the distribution does not
# have. Like apt-get, the script installs all the packages of a call or none.
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

# installs STATUS LINES NAME: the installer ends with this status, and writes exactly these lines to standard error.
installs() {
	local errors status
	errors=$(cd "$scratch/tree" && KVMLEAF_BUILD=build PATH=$scratch/bin:$PATH "$installer" check 2>&1 >/dev/null)
	status=$?
	[ "$status" -eq "$1" ] && [ "$errors" = "$2" ]
	report $? "$3" "status $status: $errors; calls: $(cat "$scratch/calls")"
}

: >"$scratch/calls"
printf '%s\n' jq shellcheck ovmf-ia32 efivar >"$scratch/absent"
echo ovmf-ia32 >"$scratch/gone"
installs 0 "deps: this distribution does not offer: ovmf-ia32" "a package that the distribution does not have is named in one line"
[ "$(cat "$scratch/absent")" = ovmf-ia32 ]
report $? "and all others are installed" "$(cat "$scratch/absent")"
: >"$scratch/calls"
installs 0 "" "it is not tried again on the same day"
[ ! -s "$scratch/calls" ]
report $? "and apt-get is not called at all" "$(cat "$scratch/calls")"
touch -d '2 days ago' "$scratch/tree/build/deps-gone"
installs 0 "deps: this distribution does not offer: ovmf-ia32" "it is tried again two days later"
rm "$scratch/tree/build/deps-gone"

touch "$scratch/offline"
installs 0 "deps: this distribution does not offer: ovmf-ia32 (by lists that could not be fetched anew)" \
	"without a network, a missing package that only tests need is no failure"
[ ! -e "$scratch/tree/build/deps-gone" ]
report $? "and it will be tried again"
printf '%s\n' gnu-efi ovmf-ia32 >"$scratch/absent"
printf '%s\n' gnu-efi ovmf-ia32 >"$scratch/gone"
installs 1 "deps: the package lists cannot be fetched; missing: gnu-efi ovmf-ia32" "without a network, a missing package that the build needs is a failure"
plan
