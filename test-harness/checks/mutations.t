#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The tool of make check-mutations, on two small made-up modules: it finds the changes that a weak test does not notice,
# and no others.
. test-harness/checks/lib/lib.sh
# The changed programs run as another user, who must be able to enter this folder.
chmod 755 "$scratch"
script=$PWD/test-harness/mutations/check.py
mkdir -p "$scratch/src" "$scratch/tmp"
cd "$scratch" || exit 1

cat >src/modules.h <<'END'
int less(int a, int b);
int first_set(const char *bits, int count);
void fill(char *bytes, int size);
int is_large(int a);
END
cat >src/strong.c <<'END'
#include "modules.h"
#if 1 < 2 && 3 > 2
#define ONE 1 /* a < b */
#endif
int less(int a, int b)
{
	static const char text[] = "a < b && b > 1"; // a > b
	int sum = a + 0;

	if (sum < b && text[0] == 'a')
		return ONE;
	return 0;
}

int first_set(const char *bits, int count)
{
	int i = 0;

	while (i < count && bits[i] != '1')
		i++;
	return i;
}

/* One byte too many is seen by a sanitizer alone. */
void fill(char *bytes, int size)
{
	for (int i = 0; i < size; i++)
		bytes[i] = 'x';
}
END
cat >src/weak.c <<'END'
#include <assert.h>
#include "modules.h"
int is_large(int a)
{
	assert(a > -1000);
	if (a > 10)
		return 1;
	return 0;
}

int unused(int a)
{
	return a;
}

int unused_too(int a)
{
	return a == 3;
}
END
cat >src/test-strong.c <<'END'
#include <stdlib.h>
#include "modules.h"
int main(void)
{
	char *bytes = malloc(8);
	int is_good = less(1, 2) == 1 && less(2, 2) == 0 && less(3, 2) == 0;

	is_good = is_good && first_set("0010", 4) == 2 && first_set("1000", 4) == 0 && first_set("0000", 4) == 4;
	bytes[7] = 0;
	bytes[0] = 0;
	fill(bytes, 8);
	is_good = is_good && bytes[7] == 'x' && bytes[0] == 'x';
	free(bytes);
	return is_good ? 0 : 1;
}
END
cat >src/test-weak.c <<'END'
#include "modules.h"
int main(void)
{
	return is_large(20) == 1 && is_large(0) == 0 ? 0 : 1;
}
END
sum_of() { cat src/* | sha256sum; }
before=$(sum_of)
printf '# nothing yet\n' >none.tsv

tool=(env "TMPDIR=$scratch/tmp" python3 -B "$script" --cc "${CC:-cc}" --build "$scratch/kept" --tree src
	--sources src/strong.c src/weak.c --tests src/test-strong.c src/test-weak.c)
# check ACCEPTED ARGUMENTS...: runs the tool. Its status is returned; its output is in the file "said".
check() { "${tool[@]}" --accepted "$@" >said 2>&1; }
# row MODULE: prints that row of the table, without the name.
row() { awk -v module="$1" '$1 == module { $1 = ""; print }' said; }

check none.tsv
[ $? -eq 1 ]
report $? "survivors are a failure" "$(cat said)"
cat >expected <<'END'
src/weak.c:18: unused_too: 3 -> 2
src/weak.c:18: unused_too: 3 -> 4
src/weak.c:18: unused_too: == -> !=
src/weak.c:6: is_large: 10 -> 11
src/weak.c:6: is_large: 10 -> 9
src/weak.c:6: is_large: > -> >=
END
grep '^src.*: .* -> \|^src.*: drop\|^src.*: negate' said | sort | diff expected - >difference
report $? "the survivors are those of the weak test, and no others" "$(cat difference)"
grep -A 2 '^src/weak.c:6: is_large: > -> >=' said | tail -n 2 | diff - <(printf '  - if (a > 10)\n  + if (a >= 10)\n') >difference
report $? "a survivor is printed with its line before and after the change" "$(cat difference)"
if grep -q "no coverage by gcov here" said; then
	skip "a function that no test calls is marked" "this compiler's coverage is not gcov's"
else
	[ "$(grep -c 'no unit test gets into this function' said)" -eq 3 ]
	report $? "a function that no test calls is marked" "$(cat said)"
fi
# In the strong module, changing a + 0 to a - 0 changes nothing, and the loop without its i++ does not end.
read -r mutants killed timed_out no_compile same survived accepted < <(row src/strong.c)
[ "$mutants" -eq $((killed + timed_out + same)) ] && [ "$timed_out" -ge 1 ] && [ "$same" -eq 1 ] &&
	[ "$no_compile$survived$accepted" = 000 ]
report $? "the strong module: of $mutants changes, $timed_out do not end, $same give the same code, and the rest are noticed" "$(cat said)"
[ "$(sum_of)" = "$before" ] && [ -z "$(ls tmp)" ]
report $? "the sources are unchanged, and no temporary file is left" "$(ls -R tmp)"

{
	printf 'src/weak.c\tis_large\tif (a > 10)\tif (a %s)\tmade up\n' ">= 10" "> 11" "> 9"
	printf 'src/weak.c\tunused_too\t*\t*\tnot used\n'
} >accepted.tsv
check accepted.tsv --module weak
report $? "a run is a success if all survivors are accepted" "$(cat said)"
read -r _ _ _ _ _ survived accepted < <(row src/weak.c)
[ "$survived $accepted" = "0 6" ]
report $? "accepted survivors are counted apart" "$(cat said)"
{
	cat accepted.tsv
	printf 'src/weak.c\tis_large\tif (a > 99)\tif (a >= 99)\tof a line that is gone\n'
	printf 'src/weak.c\tis_large\tif (a > 10)\tif (!(a > 10))\tnoticed\n'
} >stale.tsv
check stale.tsv --module weak
[ $? -eq 1 ] && grep -q '^stale.tsv:5: stale: .* has no such change any more' said &&
	grep -q '^stale.tsv:6: stale: a test notices it now' said && [ "$(grep -c stale: said)" -eq 2 ]
report $? "rows of the list that accept nothing are a failure" "$(cat said)"
printf 'src/weak.c\tis_large\tif (a > 10)\tif (a >= 10)\t\n' >reasonless.tsv
check reasonless.tsv --module weak
[ $? -eq 2 ] && grep -q 'reasonless.tsv:1: expected file' said
report $? "a row without a reason is refused" "$(cat said)"

check none.tsv --module weak --sample 3 --seed 7
cp said first
check none.tsv --module weak --sample 3 --seed 7
[ "$(row src/weak.c | awk '{ print $1 }')" = 3 ] && cmp -s said first
report $? "a sample of three is the same for the same seed" "$(cat first said)"
check none.tsv --module no-such
[ $? -eq 2 ] && grep -q 'no such module' said
report $? "an unknown module is named" "$(cat said)"

"${tool[@]}" --accepted none.tsv >said 2>&1 &
tool_pid=$!
sleep 1.5
kill -TERM "$tool_pid" 2>/dev/null
wait "$tool_pid"
[ $? -eq 143 ] && [ "$(sum_of)" = "$before" ] && [ -z "$(ls tmp)" ]
report $? "an interrupted run leaves no temporary file" "$(ls -lR tmp; cat said)"

sed -i 's/is_large(20) == 1/is_large(20) == 2/' src/test-weak.c
check none.tsv --module weak
[ $? -eq 2 ] && grep -q 'src/test-weak.c fails without any change' said && ! grep -q killed said
report $? "a test that fails without any change is an error" "$(cat said)"
plan
