/* SPDX-License-Identifier: BSD-2-Clause */
/* Results as JUnit XML, read back with libxml2: the file is complete after each result, whatever text a guest has
 * printed. */
#include "run/junit.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <unistd.h>

#include "unit/fake/captured.h"
#include "unit/fake/workplace.h"

struct sheet {
	char *folder, *path, *quiet[2];
	struct junit *junit;
	struct tap tap;
};

static void sheet_init(struct sheet *sheet)
{
	GError *error = NULL;

	*sheet = (struct sheet){ .folder = workplace_make() };
	sheet->path = g_build_filename(sheet->folder, "junit.xml", NULL);
	sheet->junit = junit_new(sheet->path, sheet->folder, &error);
	g_assert_no_error(error);
	g_assert_nonnull(sheet->junit);
	captured_begin();
	tap_begin(&sheet->tap, 1, NULL);
}

static void sheet_clear(struct sheet *sheet)
{
	junit_free(sheet->junit);
	tap_clear(&sheet->tap);
	g_free(sheet->path);
	workplace_remove(sheet->folder);
}

static xmlDocPtr load(const char *path)
{
	xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);

	g_assert_nonnull(document);
	g_assert_cmpstr((const char *)xmlDocGetRootElement(document)->name, ==, "testsuites");
	return document;
}

/* Writes all results so far, and returns the file. */
static xmlDocPtr sheet_written(struct sheet *sheet)
{
	GError *error = NULL;

	captured_end(&sheet->quiet[0], &sheet->quiet[1]);
	g_free(sheet->quiet[0]);
	g_free(sheet->quiet[1]);
	g_assert_true(junit_write(sheet->junit, &sheet->tap, &error));
	g_assert_no_error(error);
	return load(sheet->path);
}

/* The child element of that name with that number, from 0; NULL for none. */
static xmlNode *child_of(const xmlNode *parent, const char *name, int number)
{
	for (xmlNode *child = parent->children; child != NULL; child = child->next)
		if (xmlStrEqual(child->name, (const xmlChar *)name) && number-- == 0)
			return child;
	return NULL;
}

static xmlNode *suite_of(xmlDocPtr document)
{
	xmlNode *suite = child_of(xmlDocGetRootElement(document), "testsuite", 0);

	g_assert_nonnull(suite);
	return suite;
}

static void assert_attribute(const xmlNode *node, const char *name, const char *expected)
{
	xmlChar *value = xmlGetProp((xmlNode *)node, (const xmlChar *)name);

	g_assert_cmpstr((const char *)value, ==, expected);
	xmlFree(value);
}

static void assert_content(const xmlNode *node, const char *expected)
{
	xmlChar *value;

	g_assert_nonnull(node);
	value = xmlNodeGetContent(node);
	g_assert_cmpstr((const char *)value, ==, expected);
	xmlFree(value);
}

static void fill(struct tap *tap)
{
	tap_result(tap, "good", TAP_PASS, NULL, NULL, 0.0014);
	tap_result(tap, "noted", TAP_PASS, NULL, "no oracle", 61.25);
	tap_complain(tap, "bad", TAP_FAIL, "the verdict is tcg\nthe base is 0", 2);
	tap_complain(tap, "worse", TAP_FAIL, "silent", 2);
	tap_complain(tap, "third", TAP_FAIL, "silent", 2);
	tap_complain(tap, "untried", TAP_ERROR, "the disk is full", 0);
	tap_complain(tap, "untried-too", TAP_ERROR, "the disk is full", 0);
	tap_result(tap, "skipped", TAP_SKIP, NULL, "no KVM", 0);
}

static void test_results(void)
{
	static const char *const counts[][2] = { { "tests", "8" }, { "failures", "3" }, { "errors", "2" },
		{ "skipped", "1" } };
	struct sheet sheet;
	xmlDocPtr document;
	xmlNode *suite;

	sheet_init(&sheet);
	fill(&sheet.tap);
	document = sheet_written(&sheet);
	suite = suite_of(document);
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		assert_attribute(suite, counts[i][0], counts[i][1]);
	assert_attribute(child_of(suite, "testcase", 0), "name", "good");
	assert_attribute(child_of(suite, "testcase", 0), "classname", "kvmleaf");
	assert_attribute(child_of(suite, "testcase", 0), "time", "0.001");
	g_assert_null(child_of(suite, "testcase", 0)->children);
	assert_attribute(child_of(suite, "testcase", 1), "time", "61.250");
	assert_content(child_of(child_of(suite, "testcase", 1), "system-out", 0), "no oracle");
	assert_attribute(child_of(child_of(suite, "testcase", 2), "failure", 0), "message", "the verdict is tcg");
	assert_content(child_of(child_of(suite, "testcase", 2), "failure", 0), "the verdict is tcg\nthe base is 0");
	g_assert_null(child_of(child_of(suite, "testcase", 2), "error", 0));
	g_assert_null(child_of(child_of(suite, "testcase", 2), "system-out", 0));
	assert_attribute(child_of(child_of(suite, "testcase", 5), "error", 0), "message", "the disk is full");
	g_assert_null(child_of(child_of(suite, "testcase", 5), "failure", 0));
	assert_attribute(child_of(child_of(suite, "testcase", 7), "skipped", 0), "message", "no KVM");
	g_assert_null(child_of(suite, "testcase", 8));
	xmlFreeDoc(document);
	sheet_clear(&sheet);
}

static void test_properties(void)
{
	struct sheet sheet;
	xmlDocPtr document;
	xmlNode *properties;

	sheet_init(&sheet);
	junit_add_property(sheet.junit, "qemu", "QEMU 7.2 <\"x\" & 'y'>");
	junit_add_property(sheet.junit, "accelerator", "tcg\xff\x01");
	document = sheet_written(&sheet);
	properties = child_of(suite_of(document), "properties", 0);
	assert_attribute(child_of(properties, "property", 0), "name", "qemu");
	assert_attribute(child_of(properties, "property", 0), "value", "QEMU 7.2 <\"x\" & 'y'>");
	assert_attribute(child_of(properties, "property", 1), "name", "accelerator");
	assert_attribute(child_of(properties, "property", 1), "value", "tcg??");
	g_assert_null(child_of(properties, "property", 2));
	xmlFreeDoc(document);
	sheet_clear(&sheet);
}

/* XML 1.0, 2.2 allows only tab, LF and CR of the control characters; a reader stops at any other one, and at bad UTF-8.
 */
static void test_what_xml_cannot_say(void)
{
	/* Lines of a serial console end with CR LF, and may contain any byte. */
	static const char said[] = "\x1b[2J]]>\xc3\x28\n\t~\x7f &amp;\r\nwhole\0\r\n\rend\r";
	struct sheet sheet;
	xmlDocPtr document;
	xmlNode *failed;
	g_autofree char *guest = NULL;

	sheet_init(&sheet);
	guest = g_build_filename(sheet.folder, "odd", NULL);
	g_assert_cmpint(g_mkdir(guest, 0755), ==, 0);
	g_free(workplace_write(guest, "serial.log", said, sizeof(said) - 1));
	tap_complain(&sheet.tap, "odd", TAP_FAIL, "a\x01\"b\" <c> & 'd' \xff\xc0\x80\n\ttab ]]> ~ \x7f", 0);
	tap_result(&sheet.tap, "pass", TAP_PASS, NULL, "\x02 note", 0);
	tap_result(&sheet.tap, "skip", TAP_SKIP, NULL, "\xf0 why", 0);
	document = sheet_written(&sheet);
	failed = child_of(suite_of(document), "testcase", 0);
	assert_attribute(child_of(failed, "failure", 0), "message", "a?\"b\" <c> & 'd' ???");
	assert_content(child_of(failed, "failure", 0), "a?\"b\" <c> & 'd' ???\n\ttab ]]> ~ ?");
	assert_content(child_of(failed, "system-out", 0), "?[2J]]>?(\n\t~? &amp;\nwhole?\n?end?");
	assert_content(child_of(child_of(suite_of(document), "testcase", 1), "system-out", 0), "? note");
	assert_attribute(child_of(child_of(suite_of(document), "testcase", 2), "skipped", 0), "message", "? why");
	xmlFreeDoc(document);
	sheet_clear(&sheet);
}

/* The file exists before the first result. A program that has it open sees the old file completely, and never a part of
 * the new one. */
static void test_replaced_whole(void)
{
	struct sheet sheet;
	xmlDocPtr document;
	char buffer[4096];
	ssize_t got;
	int older;

	sheet_init(&sheet);
	older = open(sheet.path, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(older, >=, 0);
	fill(&sheet.tap);
	xmlFreeDoc(sheet_written(&sheet));
	got = read(older, buffer, sizeof(buffer));
	(void)close(older);
	g_assert_cmpint(got, >, 0);
	document = xmlReadMemory(buffer, (int)got, "older", NULL, XML_PARSE_NONET);
	g_assert_nonnull(document);
	assert_attribute(suite_of(document), "tests", "0");
	assert_attribute(suite_of(document), "name", "kvmleaf");
	g_assert_null(child_of(suite_of(document), "testcase", 0));
	xmlFreeDoc(document);
	g_assert_cmpuint(workplace_count(sheet.folder), ==, 1);
	sheet_clear(&sheet);
}

/* A pipe that another program reads must not be replaced by a file. */
static void test_pipe(void)
{
	g_autofree char *path = NULL;
	char *folder = workplace_make();
	GError *error = NULL;
	struct junit *junit;
	char buffer[4096];
	struct stat status;
	int reader;

	path = g_build_filename(folder, "pipe", NULL);
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	reader = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	g_assert_cmpint(reader, >=, 0);
	junit = junit_new(path, folder, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read(reader, buffer, sizeof(buffer)), >, 0);
	g_assert_true(g_str_has_prefix(buffer, "<?xml"));
	g_assert_true(stat(path, &status) == 0 && S_ISFIFO(status.st_mode));
	g_assert_cmpuint(workplace_count(folder), ==, 1);
	(void)close(reader);
	junit_free(junit);
	workplace_remove(folder);
}

/* A file that cannot be written is noticed before the first guest is booted. */
static void test_cannot_be_written(void)
{
	g_autofree char *absent = NULL, *taken = NULL;
	char *folder = workplace_make();
	GError *error = NULL;

	absent = g_build_filename(folder, "no", "such.xml", NULL);
	taken = g_strconcat(folder, "/taken.xml", NULL);
	g_assert_null(junit_new(absent, folder, &error));
	g_assert_true(g_str_has_prefix(error->message, "--junit="));
	g_assert_nonnull(strstr(error->message, absent));
	assert_error_says(&error, BOOT_SETUP, "No such file");
	g_assert_null(junit_new(folder, folder, &error));
	assert_error_says(&error, BOOT_SETUP, "Is a directory");
	g_assert_null(junit_new("/dev/full", folder, &error));
	assert_error_says(&error, BOOT_SETUP, "No space left");
	g_assert_cmpint(g_mkdir_with_parents(taken, 0755), ==, 0);
	g_assert_null(junit_new(taken, folder, &error));
	assert_error_says(&error, BOOT_SETUP, taken);
	junit_free(NULL);
	workplace_remove(folder);
}

/* A folder that takes the file's place during the run. */
static void test_cannot_be_replaced(void)
{
	struct sheet sheet;
	GError *error = NULL;
	g_autofree char *aside = NULL;

	sheet_init(&sheet);
	xmlFreeDoc(sheet_written(&sheet));
	aside = g_strconcat(sheet.path, ".new", NULL);
	g_assert_cmpint(g_mkdir(aside, 0755), ==, 0);
	g_assert_false(junit_write(sheet.junit, &sheet.tap, &error));
	assert_error_says(&error, BOOT_SETUP, aside);
	xmlFreeDoc(load(sheet.path));
	sheet_clear(&sheet);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/junit/results", test_results);
	g_test_add_func("/junit/properties", test_properties);
	g_test_add_func("/junit/what-xml-cannot-say", test_what_xml_cannot_say);
	g_test_add_func("/junit/replaced-whole", test_replaced_whole);
	g_test_add_func("/junit/pipe", test_pipe);
	g_test_add_func("/junit/cannot-be-written", test_cannot_be_written);
	g_test_add_func("/junit/cannot-be-replaced", test_cannot_be_replaced);
	return g_test_run();
}
