/* SPDX-License-Identifier: BSD-2-Clause */
/* The report variable in a store that is write-protected, or that has another variable of its name. */
#include "unit/store/stored.h"

enum { STORE_SIZE = 64 * 1024 };

static struct reports short_one, long_one;

static void assert_unchanged(struct edk2_store *edk2, const struct level *stored)
{
	edk2_boot(edk2);
	g_assert_cmpint(stored_run(edk2, &short_one).stored, ==, REPORT_UNCHANGED);
	g_assert_cmpuint(edk2->changed, ==, 0);
	g_assert_cmpuint(edk2->calls, ==, 0);
	assert_stored(edk2, stored);
}

static void test_write_protected(void)
{
	const struct level *whole = &short_one.levels[0];
	struct edk2_store edk2;
	struct variable_result result;

	edk2_init(&edk2, STORE_SIZE);
	g_assert_cmpuint(
		edk2_set_report(&edk2, REPORT_VARIABLE_ATTRIBUTES, whole->json, whole->length), ==, EFI_SUCCESS);
	edk2.write_protected = TRUE;
	assert_unchanged(&edk2, whole);
	edk2_boot(&edk2);
	result = stored_run(&edk2, &long_one);
	g_assert_cmpint(result.stored, ==, REPORT_FAILED);
	g_assert_cmpuint(result.call.status, ==, EFI_WRITE_PROTECTED);
	g_assert_cmpstr(result.reason, ==, "the report variable could not be stored");
	g_assert_cmpuint(edk2.changed, ==, 0);
	assert_stored(&edk2, whole);
	edk2_clear(&edk2);
}

/* Variables of this name that kvmleaf did not write, or wrote long ago, of any size and attributes. */
static void test_foreign(void)
{
	static const UINT32 attributes[] = { 2, 3, 6, 7 };
	static const size_t sizes[] = { 1, 27, 28, 1000, 32767, 32768, 32769, 33704 };
	static const char junk[33704] = "not a report";

	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(sizes); j++) {
			struct edk2_store edk2;

			edk2_init(&edk2, STORE_SIZE);
			g_assert_cmpuint(edk2_set_report(&edk2, attributes[i], junk, sizes[j]), ==, EFI_SUCCESS);
			g_assert_cmpint(stored_run(&edk2, &short_one).stored, ==, REPORT_WRITTEN);
			assert_stored(&edk2, &short_one.levels[0]);
			assert_unchanged(&edk2, &short_one.levels[0]);
			edk2_clear(&edk2);
		}
	}
}

/* A variable that only its owner's key can change stays, and the message says that it is in the way. */
static void test_foreign_authenticated(void)
{
	struct edk2_store edk2;
	struct variable_result result;
	uint8_t *header;

	edk2_init(&edk2, STORE_SIZE);
	header = store_add_report(&edk2.store, ADDED, "signed");
	store_put(header + 4, 0x27, 4);
	edk2_boot(&edk2);
	result = stored_run(&edk2, &short_one);
	g_assert_cmpint(result.stored, ==, REPORT_FAILED);
	g_assert_cmpuint(result.call.status, ==, EFI_SECURITY_VIOLATION);
	g_assert_nonnull(strstr(result.reason, "another variable has its name"));
	g_assert_cmpuint(edk2.changed, ==, 0);
	edk2_clear(&edk2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	reports_init(&short_one, 0);
	reports_init(&long_one, 6);
	g_test_add_func("/variable-foreign/write-protected", test_write_protected);
	g_test_add_func("/variable-foreign/foreign", test_foreign);
	g_test_add_func("/variable-foreign/authenticated", test_foreign_authenticated);
	return g_test_run();
}
