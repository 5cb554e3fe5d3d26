/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The power fails after each byte that the firmware writes to flash while the app stores its report. The store then has
 * the old report or the new one, whole, for the harness's reader and for the firmware of the next boot; and the next
 * boot stores its report.
 */
#include "unit/store/stored.h"

enum { STORE_SIZE = 64 * 1024, SMALL_VARIABLE = 0x2000 };

static struct reports old_machine, new_machine;

/* What the cuts of one series left in the store. */
struct cuts {
	unsigned old, new, none;
};

/* TRUE where the run came to its end before the power failed. */
static gboolean run_until(struct edk2_store *edk2, guint power)
{
	jmp_buf off;

	edk2->off = &off;
	edk2->power = power;
	if (setjmp(off) != 0)
		return FALSE;
	g_assert_cmpint(stored_run(edk2, &new_machine).stored, ==, REPORT_WRITTEN);
	return TRUE;
}

static void count_left(const struct edk2_store *edk2, gboolean had_old, struct cuts *cuts)
{
	struct variable variable;

	g_assert_true(store_find(
		edk2->store.bytes, edk2->store.size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	if (variable.data == NULL) {
		g_assert_false(had_old);
		cuts->none++;
	} else if (stored_is(edk2, &new_machine.levels[0])) {
		cuts->new ++;
	} else {
		assert_stored(edk2, &old_machine.levels[0]);
		cuts->old++;
	}
}

/* Cuts the power after power bytes; then boots until all is well. TRUE where the run came to its end. */
static gboolean cut(const struct edk2_store *before, gboolean had_old, guint power, struct cuts *cuts)
{
	struct edk2_store edk2;
	gboolean ended;

	edk2_copy(&edk2, before);
	ended = run_until(&edk2, power);
	count_left(&edk2, had_old, cuts);
	edk2.power = EDK2_NO_LIMIT;
	edk2_boot(&edk2);
	count_left(&edk2, had_old, &(struct cuts){ 0 });
	g_assert_cmpint(stored_run(&edk2, &new_machine).stored, !=, REPORT_FAILED);
	assert_stored(&edk2, &new_machine.levels[0]);
	edk2_boot(&edk2);
	g_assert_cmpint(stored_run(&edk2, &new_machine).stored, ==, REPORT_UNCHANGED);
	g_assert_cmpuint(edk2.changed, ==, 0);
	assert_stored(&edk2, &new_machine.levels[0]);
	/* And the machine is changed back: the store still takes a write. */
	g_assert_cmpint(stored_run(&edk2, &old_machine).stored, ==, REPORT_WRITTEN);
	assert_stored(&edk2, &old_machine.levels[0]);
	edk2_clear(&edk2);
	return ended;
}

static struct cuts cut_everywhere(const struct edk2_store *before, gboolean had_old)
{
	struct cuts cuts = { 0 };

	for (guint power = 0; !cut(before, had_old, power, &cuts); power++)
		;
	return cuts;
}

static void put_old(struct edk2_store *edk2)
{
	const struct level *level = &old_machine.levels[0];

	g_assert_cmpuint(
		edk2_set_report(edk2, REPORT_VARIABLE_ATTRIBUTES, level->json, level->length), ==, EFI_SUCCESS);
}

static void start(struct edk2_store *edk2, gboolean one_step)
{
	edk2_init(edk2, STORE_SIZE);
	edk2->max_variable = SMALL_VARIABLE;
	edk2->one_step = one_step;
}

/* There is room behind the last variable: the new report is appended, and then the old one is deleted. */
static void try_append(gboolean one_step)
{
	struct edk2_store edk2;
	struct cuts cuts;

	start(&edk2, one_step);
	put_old(&edk2);
	cuts = cut_everywhere(&edk2, TRUE);
	/* Every byte of the report is written while the old one counts; then the new one's state and the old one's. */
	g_assert_cmpuint(cuts.old, >, new_machine.levels[0].length);
	g_assert_cmpuint(cuts.new, ==, 2);
	g_assert_cmpuint(cuts.none, ==, 0);
	edk2_clear(&edk2);
}

static void test_append(void)
{
	try_append(FALSE);
	try_append(TRUE);
}

/* There is no room: the driver makes the whole store anew, without the old report. */
static void test_reclaim(void)
{
	struct edk2_store edk2;
	struct cuts cuts;

	start(&edk2, FALSE);
	put_old(&edk2);
	edk2_fill(&edk2, new_machine.levels[0].length - 100);
	cuts = cut_everywhere(&edk2, TRUE);
	/* Before the old one is marked, before the new content is there, and afterwards. */
	g_assert_cmpuint(cuts.old, ==, 2);
	g_assert_cmpuint(cuts.new, ==, 1);
	g_assert_cmpuint(cuts.none, ==, 0);
	edk2_clear(&edk2);
}

static void test_first_report(void)
{
	struct edk2_store edk2;
	struct cuts cuts;

	start(&edk2, FALSE);
	cuts = cut_everywhere(&edk2, FALSE);
	g_assert_cmpuint(cuts.none, >, new_machine.levels[0].length);
	g_assert_cmpuint(cuts.new, ==, 1);
	edk2_clear(&edk2);
}

/* The power fails at two boots in a row: the old report is marked already, and an unfinished variable lies behind it.
 */
static void test_twice(void)
{
	struct edk2_store edk2;

	start(&edk2, FALSE);
	put_old(&edk2);
	for (guint first = 1; first < 200; first += 3) {
		struct edk2_store again;

		edk2_copy(&again, &edk2);
		g_assert_false(run_until(&again, first));
		again.power = EDK2_NO_LIMIT;
		edk2_boot(&again);
		for (guint second = 0; second < 120; second++) {
			struct cuts cuts = { 0 };

			g_assert_false(cut(&again, TRUE, second, &cuts));
			g_assert_cmpuint(cuts.old, ==, 1);
		}
		edk2_clear(&again);
	}
	edk2_clear(&edk2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	reports_init(&old_machine, 3);
	reports_init(&new_machine, 0);
	g_test_add_func("/power-cut/append", test_append);
	g_test_add_func("/power-cut/reclaim", test_reclaim);
	g_test_add_func("/power-cut/first-report", test_first_report);
	g_test_add_func("/power-cut/twice", test_twice);
	return g_test_run();
}
