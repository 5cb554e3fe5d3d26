/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests and QEMUs with one fault each: the case fails, and one line says why. */
#include <string.h>

#include "unit/fake/fake_run.h"

/* Faults that take long are in test-harness/checks/faults.t. */
static const struct {
	const char *name, *lines, *said;
} faults[] = {
	{ "abort", "arguments = fake=abort", "not ok 1 - abort\n# QEMU was killed by signal 6: \n" },
	{ "dead-end", "arguments = fake=say:KVMLEAF-BEGIN:Shell>",
		"not ok 2 - dead-end\n# the firmware gave up or started something else: \"Shell>\"\n" },
	{ "even", "arguments = fake=status:34",
		"not ok 3 - even\n# QEMU ended with status 34, which isa-debug-exit cannot give: \n" },
	{ "flood", "arguments = fake=flood", "not ok 4 - flood\n# the guest floods its console: over " },
	{ "gave-up", "arguments = fake=status:1", "not ok 5 - gave-up\n# QEMU gave up: \n" },
	{ "no-end", "arguments = fake=say:KVMLEAF-END:KVMLEAF-ENDS",
		"not ok 6 - no-end\n# the console ends without KVMLEAF-END\n" },
	{ "no-report", "arguments = fake=no-report", "not ok 7 - no-report\n# there is no report\n" },
	{ "not-json", "store = none\narguments = fake=say:\"problems\":\"problems",
		"not ok 8 - not-json\n# the report is not one JSON document: " },
	{ "refuse", "arguments = fake=refuse",
		"not ok 9 - refuse\n# QEMU did not start: QEMU closed its QMP socket: qemu: could not open disk "
		"image: " },
	{ "returns", "arguments = fake=returns",
		"not ok 10 - returns\n# the app was told --exit=qemu, and went back to the firmware\n" },
	{ "shutdown", "arguments = fake=shutdown",
		"not ok 12 - shutdown\n# the guest ended without a status: guest-shutdown\n" },
	{ "shutdown-early", "arguments = fake=shutdown fake=say:KVMLEAF-BEGIN:KVMLEAF",
		"not ok 11 - shutdown-early\n# the guest ended before the app began (guest-shutdown): this firmware "
		"may not "
		"run on this CPU model or machine\n" },
	{ "split", "arguments = fake=split", "ok 13 - split\n" },
	{ "status", "arguments = fake=status:35",
		"not ok 14 - status\n# status= on the console is pass; the exit status has " },
	{ "stop", "arguments = fake=stop", "not ok 15 - stop\n# QEMU stopped the guest: internal-error\n" },
};

static void test_each(void)
{
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *lines = g_strconcat("start = cold\n", faults[i].lines, NULL);

		fake_case(&run, faults[i].name, "tcg", lines);
	}
	fake_run_cases(&run, "* --jobs=1 --timeout=60");
	fake_assert_status(&run, BOOT_FAILED);
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
		fake_assert_said(&run, faults[i].said);
	g_assert_nonnull(strstr(run.errors->str, "1 passed, 14 failed, 0 skipped"));
	fake_clear(&run);
}

/*
 * Guests that run out of time, of which the message says what they were doing, and a QEMU that closes QMP but does not
 * end. They run side by side to save time.
 */
static void test_time(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "hang", "tcg", "start = cold\narguments = fake=hang");
	fake_case(&run, "linger", "tcg", "start = cold\narguments = fake=linger");
	fake_case(&run, "runs", "tcg", "start = cold\narguments = fake=hang fake=runs");
	fake_case(&run, "halts", "tcg", "start = cold\narguments = fake=hang fake=halts");
	fake_case(&run, "stands", "tcg", "start = cold\narguments = fake=hang fake=stands");
	fake_run_cases(&run, "* --jobs=5 --timeout=4");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run,
		" - hang\n# no end within 4 s; RIP unknown, QEMU does not say whether it runs; last on the "
		"console: \"\"\n");
	fake_assert_said(&run, " - halts\n# no end within 4 s; RIP=000000000000fff0, halted; last on the console: ");
	fake_assert_said(&run, " - stands\n# no end within 4 s; RIP=000000000000fff0, standing still; last on ");
	fake_assert_said(&run, " - runs\n# no end within 4 s; RIP=");
	fake_assert_said(&run, ", running; last on the console: ");
	fake_assert_said(&run, " - linger\n# QEMU closed its QMP socket, and did not end within 4 s\n");
	fake_clear(&run);
}

/* If the firmware's shell starts the app, the shell's prompt is not taken for a failed boot. */
static void test_by_shell(void)
{
	struct fake_run run;

	fake_init(&run);
	fake_case(&run, "a", "tcg", "start = cold\nstarted-by = shell\narguments = fake=say:Not:Shell>");
	fake_run_cases(&run, "a");
	fake_assert_status(&run, BOOT_PASS);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/faults/each", test_each);
	g_test_add_func("/faults/time", test_time);
	g_test_add_func("/faults/by-shell", test_by_shell);
	return g_test_run();
}
