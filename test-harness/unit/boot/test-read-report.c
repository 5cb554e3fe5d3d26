/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a report from each kind of file that can have one, and the errors for other files. */
#include "report/read_report.h"

#include <jansson.h>

#include "report/decode.h"
#include "unit/fake/store.h"
#include "unit/fake/workplace.h"

#define BEFORE_KVM                                                                                                     \
	"{\"schema\":\"kvmleaf/1\",\"source\":\"cpu\",\"verdict\":\"kvm\",\"cpu\":{},\"blocks\":[],"                   \
	"\"vcpus\":{\"count\":1,\"differing\":[]},\"leaves\":[],\"problems\":[],"
#define REPORT BEFORE_KVM "\"kvm\":{\"base\":\"0x40000000\",\"eax\":\"0x00000001\",\"edx\":\"0x00000000\"}}"
#define REPORT_WITHOUT_KVM BEFORE_KVM "\"kvm\":null,\"later\":[1]}"
/* The attributes of an efivarfs file: non-volatile, boot service and runtime access (UEFI, 8.2). */
#define ATTRIBUTES "\7\0\0\0"

/* The leaves of a guest on KVM as cpuid -r prints them. */
#define DUMP                                                                                                           \
	"CPU 0:\n"                                                                                                     \
	"   0x00000000 0x00: eax=0x0000000d ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65\n"                            \
	"   0x00000001 0x00: eax=0x00800f12 ebx=0x00010800 ecx=0xfffa3203 edx=0x1f8bfbff\n"                            \
	"   0x40000000 0x00: eax=0x40000001 ebx=0x4b4d564b ecx=0x564b4d56 edx=0x0000004d\n"                            \
	"   0x40000001 0x00: eax=0x01007afb ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"

static char *read_bytes(const char *bytes, gsize length, GError **error)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "file", bytes, (gssize)length);
	char *report = read_report(path, error);

	g_assert_true((report == NULL) == (*error != NULL));
	if (*error != NULL)
		g_assert_true(g_str_has_prefix((*error)->message, path));
	workplace_remove(folder);
	return report;
}

static void assert_read(const char *bytes, gsize length, const char *expected)
{
	GError *error = NULL;
	g_autofree char *report = read_bytes(bytes, length, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(report, ==, expected);
}

static void test_saved(void)
{
	assert_read(REPORT, strlen(REPORT), REPORT);
	assert_read(REPORT_WITHOUT_KVM "\n", strlen(REPORT_WITHOUT_KVM) + 1, REPORT_WITHOUT_KVM "\n");
	assert_read(ATTRIBUTES REPORT, 4 + strlen(REPORT), REPORT);
}

static void test_store(void)
{
	struct store store;
	GError *error = NULL;

	store_init(&store, 0x20000);
	(void)store_add_report(&store, ADDED, REPORT);
	assert_read((char *)store.bytes, store.size, REPORT);
	store_clear(&store);
	store_init(&store, 0x20000);
	g_assert_null(read_bytes((char *)store.bytes, store.size, &error));
	assert_error_says(&error, BOOT_USAGE, "it has no variable KvmLeafReport");
	(void)store_add_report(&store, ADDED, "{\"schema\":\"kvmleaf/1\"}");
	g_assert_null(read_bytes((char *)store.bytes, store.size, &error));
	assert_error_says(&error, BOOT_USAGE, "not a variable store with a report (its \"source\" is absent");
	store_clear(&store);
}

/* A dump without a report is decoded as the app would do; its KVM features are 0x01007afb. */
static void test_dump(void)
{
	GError *error = NULL;
	g_autofree char *report = read_bytes(DUMP, strlen(DUMP), &error);
	json_t *root;

	g_assert_no_error(error);
	root = json_loads(report, JSON_REJECT_DUPLICATES, NULL);
	g_assert_cmpstr(json_string_value(json_object_get(root, "verdict")), ==, "kvm");
	g_assert_cmpstr(json_string_value(json_object_get(json_object_get(root, "kvm"), "eax")), ==, "0x01007afb");
	json_decref(root);
}

/* The text from in a good report is replaced by to, and the error must have these words. */
static const struct {
	const char *from, *to, *words;
} wrong[] = {
	{ "kvmleaf/1", "kvmleaf/2", "its schema is \"kvmleaf/2\", not kvmleaf/1" },
	{ "\"schema\":\"kvmleaf/1\",", "", "its schema is \"\"" },
	{ "\"schema\":\"kvmleaf/1\"", "\"schema\":1", "its schema is \"\"" },
	{ "\"source\":\"cpu\"", "\"source\":1", "its \"source\" is of another type, expected a string" },
	{ "\"verdict\":\"kvm\",", "", "its \"verdict\" is absent, expected a string" },
	{ "\"cpu\":{}", "\"cpu\":[]", "its \"cpu\" is of another type, expected an object" },
	{ "\"blocks\":[]", "\"blocks\":{}", "its \"blocks\" is of another type, expected an array" },
	{ "\"vcpus\":{", "\"vcpu\":{", "its \"vcpus\" is absent, expected an object" },
	{ "\"differing\":[]", "\"differing\":0", "its \"vcpus.differing\" is of another type, expected an array" },
	{ "\"leaves\":[],", "", "its \"leaves\" is absent, expected an array" },
	{ "\"problems\":[],", "", "its \"problems\" is absent, expected an array" },
	{ "\"kvm\":{", "\"KVM\":{", "its \"kvm.base\" is absent, expected a string" },
	{ "\"base\":\"0x40000000\"", "\"base\":1", "its \"kvm.base\" is of another type" },
	{ "\"eax\":", "\"EAX\":", "its \"kvm.eax\" is absent" },
	{ "\"edx\":", "\"EDX\":", "its \"kvm.edx\" is absent" },
	{ "\"cpu\":{}", "\"cpu\":{},\"cpu\":{}", "duplicate" },
	{ "\"leaves\":[]", "\"leaves\":[", "line 1, column" },
};

static void test_wrong(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GString) text = g_string_new(REPORT);
		g_autofree char *report = NULL, *words = g_strconcat("not a report (", wrong[i].words, NULL);
		GError *error = NULL;

		g_assert_cmpuint(g_string_replace(text, wrong[i].from, wrong[i].to, 1), ==, 1);
		report = read_bytes(text->str, text->len, &error);
		g_assert_null(report);
		assert_error_says(&error, BOOT_USAGE, strstr(wrong[i].words, "its ") != NULL ? words : wrong[i].words);
		/* The same report after the attributes of an efivarfs file. */
		g_string_prepend_len(text, ATTRIBUTES, 4);
		report = read_bytes(text->str, text->len, &error);
		g_assert_null(report);
		g_assert_nonnull(strstr(error->message, "not an efivarfs file (after its attributes: "));
		assert_error_says(&error, BOOT_USAGE, wrong[i].words);
	}
}

static const struct {
	const char *bytes;
	gsize length;
	const char *words;
} none[] = {
	{ "", 0, "not a report" },
	{ "[]", 2, "not a report (it is not an object)" },
	{ REPORT "\0", sizeof(REPORT), "is NUL" },
	{ REPORT "x", sizeof(REPORT), "not a report (line 1" },
	{ "\3\0\0\0" REPORT, 4 + sizeof(REPORT) - 1,
		"its first four bytes are 0x00000003, not the attributes 0x00000007" },
	{ ATTRIBUTES, 4, "after its attributes: line 1" },
	{ "\7\0\0", 3, "not an efivarfs file (it has 3 bytes, and its attributes take 4)" },
	{ "CPU 0:\n   0x0000000g", 20, "not a dump of cpuid -r (line 2" },
};

static void test_none(void)
{
	GError *error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
		g_assert_null(read_bytes(none[i].bytes, none[i].length, &error));
		assert_error_says(&error, BOOT_USAGE, none[i].words);
	}
	g_assert_null(read_report("/nonexistent/file", &error));
	assert_error_says(&error, BOOT_USAGE, "/nonexistent/file: No such file");
}

static void test_decode_file(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "dump", DUMP, -1),
			*bad = workplace_write(folder, "bad", "CPU\n", -1);
	GError *error = NULL;
	g_autofree struct report *report = decode_file(path, &error);
	g_autofree char *table = NULL;

	g_assert_no_error(error);
	table = decode_table(report);
	g_assert_true(g_str_has_prefix(table, "KVMLEAF-BEGIN ") && g_str_has_suffix(table, "\n"));
	g_assert_nonnull(strstr(table, "eax=0x01007afb"));
	g_assert_null(strchr(table, '\r'));
	g_assert_null(decode_file(bad, &error));
	g_assert_true(g_str_has_prefix(error->message, bad));
	assert_error_says(&error, BOOT_USAGE, "line 1");
	g_assert_null(decode_file("/nonexistent/dump", &error));
	assert_error_says(&error, BOOT_USAGE, "/nonexistent/dump: No such file");
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/read-report/saved", test_saved);
	g_test_add_func("/read-report/store", test_store);
	g_test_add_func("/read-report/dump", test_dump);
	g_test_add_func("/read-report/wrong", test_wrong);
	g_test_add_func("/read-report/none", test_none);
	g_test_add_func("/read-report/decode-file", test_decode_file);
	return g_test_run();
}
