/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report variable on EDK2's variable driver, with every amount of room: the longest report that the driver takes is
 * stored, and an unchanged machine writes it once only. What is stored is read from the flash by the harness's reader.
 */
#include "unit/store/stored.h"

enum { STORE_SIZE = 64 * 1024, SMALL_VARIABLE = 0x2000 };

static struct reports short_one, long_one;

/*
 * Two more boots of the same machine: the report stays, no byte of flash changes, and SetVariable() is not called.
 * Only where less than limit remains, it may be called once, and be refused.
 */
static void assert_stable_with(
	struct edk2_store *edk2, const struct reports *reports, const struct level *stored, size_t limit)
{
	for (int boot = 0; boot < 2; boot++) {
		struct variable_result result;

		edk2_boot(edk2);
		result = stored_run(edk2, reports);
		g_assert_cmpint(result.stored, ==, stored != NULL ? REPORT_UNCHANGED : REPORT_FAILED);
		g_assert_cmpuint(edk2->changed, ==, 0);
		g_assert_cmpuint(edk2->calls, <=, edk2_remaining(edk2) < limit);
		if (stored != NULL)
			assert_stored(edk2, stored);
	}
}

static void assert_stable(struct edk2_store *edk2, const struct reports *reports, const struct level *stored)
{
	assert_stable_with(edk2, reports, stored, 0);
}

/* One boot on a store as it is, and two more. */
static void assert_best(struct edk2_store *edk2, const struct reports *reports, size_t limit)
{
	const struct level *best = stored_best(edk2, reports);
	struct variable_result result = stored_run(edk2, reports);

	if (best == NULL) {
		g_assert_cmpint(result.stored, ==, REPORT_FAILED);
		g_assert_cmpuint(result.call.status, ==, EFI_OUT_OF_RESOURCES);
		g_assert_nonnull(strstr(result.reason, "make room in the variable store"));
	} else {
		g_assert_cmpint(result.stored, !=, REPORT_FAILED);
		assert_stored(edk2, best);
	}
	assert_stable_with(edk2, reports, best, limit);
}

/* What the store has before: nothing, a report of another machine, or one of this machine with less detail. */
static void fill_before(struct edk2_store *edk2, int before, const struct reports *reports)
{
	const struct reports *other = reports == &long_one ? &short_one : &long_one;
	const struct level *level = NULL;

	if (before == 1)
		level = &other->levels[0];
	else if (before == 2)
		level = &other->levels[other->count - 1];
	else if (before > 2)
		level = &reports->levels[before - 3];
	if (level != NULL)
		g_assert_cmpuint(
			edk2_set_report(edk2, REPORT_VARIABLE_ATTRIBUTES, level->json, level->length), ==, EFI_SUCCESS);
}

static void try_all(const struct reports *reports, size_t max_variable, size_t most)
{
	for (int before = 0; before < 3 + (int)reports->count; before++) {
		for (size_t remaining = 0; remaining < most; remaining += 4) {
			struct edk2_store edk2;

			edk2_init(&edk2, STORE_SIZE);
			edk2.max_variable = max_variable;
			fill_before(&edk2, before, reports);
			edk2_fill(&edk2, remaining);
			g_assert_cmpuint(edk2_remaining(&edk2), ==, remaining);
			assert_best(&edk2, reports, 0);
			edk2_clear(&edk2);
		}
	}
}

static void test_every_room(void)
{
	try_all(&short_one, SMALL_VARIABLE, short_one.levels[0].length + 200);
}

/*
 * More room than the firmware allows for one variable, and less. Where the room is less, the firmware does not say what
 * it allows: then SetVariable() is called, and EDK2 refuses a variable that is too large before it writes anything.
 */
static void test_limit_of_one_variable(void)
{
	const size_t limit = long_one.levels[0].length - 100;

	for (size_t remaining = 0; remaining < limit + 3000; remaining += 52) {
		struct edk2_store edk2;

		edk2_init(&edk2, STORE_SIZE);
		edk2.max_variable = limit;
		fill_before(&edk2, 2, &long_one);
		edk2_fill(&edk2, remaining);
		g_assert_cmpuint(edk2_remaining(&edk2), ==, remaining);
		assert_best(&edk2, &long_one, limit + 8);
		edk2_clear(&edk2);
	}
}

/* New firmware allows less for one variable than the right report has, which is in the store. */
static void test_lower_limit(void)
{
	const struct level *whole = &short_one.levels[0];
	struct edk2_store edk2;

	edk2_init(&edk2, STORE_SIZE);
	g_assert_cmpint(stored_run(&edk2, &short_one).stored, ==, REPORT_WRITTEN);
	edk2.max_variable = whole->length - 100;
	assert_stable(&edk2, &short_one, whole);
	edk2_clear(&edk2);
}

/* The machine changes, and changes back. */
static void test_changes(void)
{
	const struct reports *const turns[] = { &short_one, &long_one, &short_one, &long_one };

	for (size_t remaining = 0; remaining < long_one.levels[0].length + 400; remaining += 12) {
		struct edk2_store edk2;

		edk2_init(&edk2, STORE_SIZE);
		edk2.max_variable = SMALL_VARIABLE;
		edk2_fill(&edk2, remaining);
		for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) {
			edk2_boot(&edk2);
			assert_best(&edk2, turns[i], 0);
		}
		edk2_clear(&edk2);
	}
}

/* Somebody makes room: the next boot stores all of it, once. */
static void test_room_is_made(void)
{
	for (size_t remaining = 0; remaining < short_one.levels[0].length + 100; remaining += 36) {
		struct edk2_store edk2;

		edk2_init(&edk2, STORE_SIZE);
		edk2.max_variable = SMALL_VARIABLE;
		edk2_fill(&edk2, remaining);
		(void)stored_run(&edk2, &short_one);
		edk2_unfill(&edk2);
		(void)stored_run(&edk2, &short_one);
		assert_stored(&edk2, &short_one.levels[0]);
		assert_stable(&edk2, &short_one, &short_one.levels[0]);
		edk2_clear(&edk2);
	}
}

static void set_lies(struct edk2_store *edk2)
{
	edk2->lies = TRUE;
}

static void set_quota(struct edk2_store *edk2)
{
	edk2->user_space = STORE_SIZE / 2;
}

/*
 * Where QueryVariableInfo() knows less than SetVariable(), each boot tries a longer report, and is refused. EDK2 has
 * then marked the old one as being replaced: at most one byte of flash changes, and the report stays.
 */
static void try_untrue(void (*set)(struct edk2_store *edk2), size_t taken)
{
	for (size_t remaining = 0; remaining < short_one.levels[0].length + 200; remaining += 20) {
		struct edk2_store edk2;
		const struct level *best;

		edk2_init(&edk2, STORE_SIZE);
		edk2.max_variable = SMALL_VARIABLE;
		edk2_fill(&edk2, taken + remaining);
		set(&edk2);
		best = stored_best(&edk2, &short_one);
		(void)stored_run(&edk2, &short_one);
		for (int boot = 0; boot < 4; boot++) {
			struct variable_result result;

			edk2_boot(&edk2);
			result = stored_run(&edk2, &short_one);
			g_assert_cmpint(result.stored, ==, best != NULL ? REPORT_UNCHANGED : REPORT_FAILED);
			if (best != NULL)
				assert_stored(&edk2, best);
			g_assert_cmpuint(edk2.changed, <=, 1);
		}
		edk2_clear(&edk2);
	}
}

static void test_untrue_query(void)
{
	size_t all;
	struct edk2_store edk2;

	edk2_init(&edk2, STORE_SIZE);
	all = edk2_remaining(&edk2);
	edk2_clear(&edk2);
	try_untrue(set_lies, 0);
	try_untrue(set_quota, all - STORE_SIZE / 2);
}

/* Without QueryVariableInfo() the longest report that fits is stored too. It says that the function failed. */
static void test_no_query(void)
{
	struct reports unsure = short_one;

	report_failed_call(&unsure.report, PROBLEM_NO_VARIABLES, efi_call("QueryVariableInfo", EFI_UNSUPPORTED));
	reports_levels(&unsure);
	for (size_t remaining = 400; remaining < unsure.levels[0].length + 200; remaining += 20) {
		struct edk2_store edk2;
		const struct level *best;

		edk2_init(&edk2, STORE_SIZE);
		edk2_fill(&edk2, remaining);
		edk2.no_query = TRUE;
		best = stored_best(&edk2, &unsure);
		for (int boot = 0; boot < 3; boot++) {
			struct variable_result result;

			edk2_boot(&edk2);
			result = stored_run(&edk2, &short_one);
			g_assert_cmpint(result.stored == REPORT_FAILED, ==, best == NULL);
			if (best != NULL)
				assert_stored(&edk2, best);
			if (boot > 0)
				g_assert_cmpuint(edk2.changed, <=, 1);
		}
		edk2_clear(&edk2);
	}
	for (size_t i = 0; i < unsure.count; i++)
		g_free(unsure.levels[i].json);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	reports_init(&short_one, 0);
	reports_init(&long_one, 6);
	g_test_add_func("/variable/every-room", test_every_room);
	g_test_add_func("/variable/limit-of-one-variable", test_limit_of_one_variable);
	g_test_add_func("/variable/lower-limit", test_lower_limit);
	g_test_add_func("/variable/changes", test_changes);
	g_test_add_func("/variable/room-is-made", test_room_is_made);
	g_test_add_func("/variable/untrue-query", test_untrue_query);
	g_test_add_func("/variable/no-query", test_no_query);
	return g_test_run();
}
