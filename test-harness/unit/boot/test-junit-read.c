/* SPDX-License-Identifier: BSD-2-Clause */
/* The cases that have failed according to a JUnit file, which any program may have written; other XML is refused. */
#include <libxml/parser.h>
#include <string.h>

#include "unit/fake/captured.h"
#include "run/junit.h"
#include "unit/fake/workplace.h"
#include "base/xml.h"

/* names: the failed cases, separated by blanks; NULL where the file is refused with these words. */
static const struct {
	const char *content, *names, *words;
} documents[] = {
	{ "<testsuites><testsuite><testcase name='a'/><testcase "
	  "name='b'><failure/></testcase></testsuite></testsuites>",
		"b", NULL },
	{ "<testsuite><testcase name='a'><error/></testcase><testcase name='b'><skipped/></testcase></testsuite>", "a",
		NULL },
	{ "<testsuites><testsuite><testsuite><testcase name='a'><failure/></testcase></testsuite>"
	  "<testcase name='b'><error/></testcase></testsuite><testsuite><testcase name='c'><failure/></testcase>"
	  "</testsuite></testsuites>",
		"a b c", NULL },
	{ "<testsuite><testcase name='a'><system-out>failure</system-out></testcase></testsuite>", "", NULL },
	{ "<testsuite><properties><property name='failure'/></properties></testsuite>", "", NULL },
	{ "<testsuite><testcase name='a &amp; b'>\n <!-- c --><system-out/>\n <failure/></testcase></testsuite>",
		"a & b", NULL },
	{ "<testsuite><group><testcase name='a'><failure/></testcase></group></testsuite>", "", NULL },
	{ "<testsuites/>", "", NULL },
	{ "<domain><testcase name='a'><failure/></testcase></domain>", NULL, "its root is <domain>" },
	{ "<testcase name='a'><failure/></testcase>", NULL, "its root is <testcase>" },
	{ "<testsuite><testcase name='a'>\n</testsuite>", NULL, ":2: not XML" },
	{ "<testsuite>\n\n<testcase name='a'", NULL, ":3: not XML" },
	{ "", NULL, "not XML" },
	{ "TAP version 14\n", NULL, ":1: not XML" },
	{ "<testsuite name='\x01'/>", NULL, "not XML" },
	{ "<!DOCTYPE testsuite [<!ENTITY a 'a'>]><testsuite name='&a;'/>", NULL, "document type declaration" },
	{ "<!DOCTYPE testsuite SYSTEM 'file:///dev/zero'><testsuite/>", NULL, "document type declaration" },
};

static void test_documents(void)
{
	char *folder = workplace_make();

	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autofree char *path = workplace_write(folder, "x.xml", documents[i].content, -1);
		GError *error = NULL;
		g_auto(GStrv) failed = junit_read_failed(path, &error);

		g_test_message("%zu: %s", i, documents[i].content);
		if (documents[i].names != NULL) {
			g_autofree char *names = NULL;

			g_assert_no_error(error);
			names = g_strjoinv(" ", failed);
			g_assert_cmpstr(names, ==, documents[i].names);
		} else {
			g_assert_null(failed);
			g_assert_true(g_str_has_prefix(error->message, path));
			assert_error_says(&error, BOOT_USAGE, documents[i].words);
		}
	}
	workplace_remove(folder);
}

/* Ten levels of entities, each ten times the one below, would expand to 10 GB of text. */
static void test_entities(void)
{
	g_autoptr(GString) text = g_string_new("<!DOCTYPE testsuite [<!ENTITY e0 'laugh'>");
	char *folder = workplace_make();
	g_autofree char *path = NULL;
	GError *error = NULL;

	for (int i = 1; i < 10; i++) {
		g_string_append_printf(text, "<!ENTITY e%d '", i);
		for (int k = 0; k < 10; k++)
			g_string_append_printf(text, "&e%d;", i - 1);
		g_string_append(text, "'>");
	}
	g_string_append(text, "]><testsuite>&e9;</testsuite>");
	path = workplace_write(folder, "x.xml", text->str, -1);
	g_assert_null(xml_load(path, &error));
	assert_error_says(&error, BOOT_USAGE, "document type declaration");
	workplace_remove(folder);
}

static void test_missing(void)
{
	GError *error = NULL;

	g_assert_null(junit_read_failed("/nonexistent/x.xml", &error));
	assert_error_says(&error, BOOT_USAGE, "/nonexistent/x.xml: No such file");
}

static void test_attributes(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "x.xml", "<a b='c &lt; d' empty=''/>", -1);
	GError *error = NULL;
	xmlDocPtr document = xml_load(path, &error);
	g_autofree char *value = NULL, *empty = NULL, *absent = NULL;

	g_assert_no_error(error);
	value = xml_attribute(xmlDocGetRootElement(document), "b");
	empty = xml_attribute(xmlDocGetRootElement(document), "empty");
	absent = xml_attribute(xmlDocGetRootElement(document), "absent");
	g_assert_cmpstr(value, ==, "c < d");
	g_assert_cmpstr(empty, ==, "");
	g_assert_cmpstr(absent, ==, "");
	xmlFreeDoc(document);
	workplace_remove(folder);
}

/* --rerun reads the file that an earlier run has written. */
static void test_own_file(void)
{
	char *folder = workplace_make();
	g_autofree char *path = g_build_filename(folder, "x.xml", NULL), *output = NULL, *errors = NULL;
	struct tap tap = { 0 };
	struct junit *junit = junit_new(path, folder, NULL);
	g_auto(GStrv) failed = NULL;

	captured_begin();
	tap_begin(&tap, 4, NULL);
	tap_result(&tap, "good", TAP_PASS, NULL, NULL, 0);
	tap_complain(&tap, "bad", TAP_FAIL, "why", 0);
	tap_result(&tap, "skipped", TAP_SKIP, NULL, "why", 0);
	tap_complain(&tap, "untried", TAP_ERROR, "why", 0);
	captured_end(&output, &errors);
	g_assert_true(junit_write(junit, &tap, NULL));
	failed = junit_read_failed(path, NULL);
	g_assert_nonnull(failed);
	g_assert_cmpuint(g_strv_length(failed), ==, 2);
	g_assert_cmpstr(failed[0], ==, "bad");
	g_assert_cmpstr(failed[1], ==, "untried");
	junit_free(junit);
	tap_clear(&tap);
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/junit-read/documents", test_documents);
	g_test_add_func("/junit-read/entities", test_entities);
	g_test_add_func("/junit-read/missing", test_missing);
	g_test_add_func("/junit-read/attributes", test_attributes);
	g_test_add_func("/junit-read/own-file", test_own_file);
	return g_test_run();
}
