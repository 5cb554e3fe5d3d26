/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/junit.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libxml/xmlwriter.h>
#include <string.h>

#include "base/error.h"
#include "base/scratch.h"
#include "base/xml.h"

/* Only the end of a guest's serial log goes into the file; the whole log is in the guest's folder. */
enum { LOG_MAX = 64 * 1024 };

struct junit {
	char *path, *out;
	GPtrArray *properties; /* name, value, name, value, … */
};

/*
 * Text for XML 1.0, which allows no control characters but tab and line ends: all that is not printable ASCII becomes
 * "?", since a guest may have written any bytes. CR before LF, as serial consoles have it, is dropped. To be freed.
 */
static char *clean_bytes(const char *bytes, gsize length)
{
	GString *text = g_string_sized_new(length);

	for (gsize i = 0; i < length; i++) {
		if (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n')
			continue;
		g_string_append_c(text,
			(bytes[i] >= ' ' && bytes[i] <= '~') || bytes[i] == '\n' || bytes[i] == '\t' ? bytes[i] : '?');
	}
	return g_string_free(text, FALSE);
}

static char *clean(const char *text)
{
	return clean_bytes(text, strlen(text));
}

static void add_attribute(xmlTextWriterPtr writer, const char *name, const char *value)
{
	g_autofree char *text = clean(value);

	(void)xmlTextWriterWriteAttribute(writer, (const xmlChar *)name, (const xmlChar *)text);
}

static void add_number(xmlTextWriterPtr writer, const char *name, unsigned value)
{
	(void)xmlTextWriterWriteFormatAttribute(writer, (const xmlChar *)name, "%u", value);
}

static void start(xmlTextWriterPtr writer, const char *element)
{
	(void)xmlTextWriterStartElement(writer, (const xmlChar *)element);
}

/* Adds <failure> or <error>, with the first line as its message and all lines as its text, and the serial log. */
static void add_failure(xmlTextWriterPtr writer, const struct junit *junit, const struct tap_entry *entry)
{
	g_autofree char *first = g_strndup(entry->text->str, strcspn(entry->text->str, "\n"));
	g_autofree char *text = clean(entry->text->str);
	g_autofree char *path = g_build_filename(junit->out, entry->name, "serial.log", NULL);
	g_autofree char *log = NULL;
	gsize length;

	start(writer, entry->outcome == TAP_ERROR ? "error" : "failure");
	add_attribute(writer, "message", first);
	(void)xmlTextWriterWriteString(writer, (const xmlChar *)text);
	(void)xmlTextWriterEndElement(writer);
	if (g_file_get_contents(path, &log, &length, NULL)) {
		gsize from = length > LOG_MAX ? length - LOG_MAX : 0;
		g_autofree char *said = clean_bytes(log + from, length - from);

		(void)xmlTextWriterWriteElement(writer, (const xmlChar *)"system-out", (const xmlChar *)said);
	}
}

static void add_entry(xmlTextWriterPtr writer, const struct junit *junit, const struct tap_entry *entry)
{
	char seconds[G_ASCII_DTOSTR_BUF_SIZE];

	start(writer, "testcase");
	add_attribute(writer, "classname", "kvmleaf");
	add_attribute(writer, "name", entry->name);
	add_attribute(writer, "time", g_ascii_formatd(seconds, sizeof(seconds), "%.3f", entry->seconds));
	if (entry->outcome == TAP_SKIP) {
		start(writer, "skipped");
		add_attribute(writer, "message", entry->note ?: "");
		(void)xmlTextWriterEndElement(writer);
	} else if (entry->outcome != TAP_PASS) {
		add_failure(writer, junit, entry);
	} else if (entry->note != NULL) {
		g_autofree char *note = clean(entry->note);

		(void)xmlTextWriterWriteElement(writer, (const xmlChar *)"system-out", (const xmlChar *)note);
	}
	(void)xmlTextWriterEndElement(writer);
}

static void add_properties(xmlTextWriterPtr writer, const struct junit *junit)
{
	start(writer, "properties");
	for (guint i = 0; i + 1 < junit->properties->len; i += 2) {
		start(writer, "property");
		add_attribute(writer, "name", g_ptr_array_index(junit->properties, i));
		add_attribute(writer, "value", g_ptr_array_index(junit->properties, i + 1));
		(void)xmlTextWriterEndElement(writer);
	}
	(void)xmlTextWriterEndElement(writer);
}

static void add_suite(xmlTextWriterPtr writer, const struct junit *junit, const struct tap *tap)
{
	start(writer, "testsuite");
	add_attribute(writer, "name", "kvmleaf");
	add_number(writer, "tests", tap->results->len);
	add_number(writer, "failures", tap->count[TAP_FAIL]);
	add_number(writer, "errors", tap->count[TAP_ERROR]);
	add_number(writer, "skipped", tap->count[TAP_SKIP]);
	add_properties(writer, junit);
	for (guint i = 0; i < tap->results->len; i++)
		add_entry(writer, junit, g_ptr_array_index(tap->results, i));
	(void)xmlTextWriterEndElement(writer);
}

/* Replaces a regular file by renaming, so that it is always complete. A pipe or a terminal is written to directly. */
static gboolean write_whole(const char *path, const char *text, GError **error)
{
	g_autofree char *aside = g_strconcat(path, ".new", NULL);

	if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return scratch_write(path, text, -1, error);
	if (!scratch_write(aside, text, -1, error))
		return FALSE;
	if (g_rename(aside, path) == 0)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
	return FALSE;
}

gboolean junit_write(const struct junit *junit, const struct tap *tap, GError **error)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = xmlNewTextWriterMemory(buffer, 0);
	gboolean written;

	(void)xmlTextWriterSetIndent(writer, 1);
	(void)xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
	start(writer, "testsuites");
	add_suite(writer, junit, tap);
	(void)xmlTextWriterEndDocument(writer);
	xmlFreeTextWriter(writer);
	written = write_whole(junit->path, (const char *)xmlBufferContent(buffer), error);
	xmlBufferFree(buffer);
	return written;
}

struct junit *junit_new(const char *path, const char *out, GError **error)
{
	struct junit *junit = g_new0(struct junit, 1);
	g_autoptr(GPtrArray) nothing = g_ptr_array_new();
	struct tap tap = { .results = nothing };

	junit->path = g_strdup(path);
	junit->out = g_strdup(out);
	junit->properties = g_ptr_array_new_with_free_func(g_free);
	if (!junit_write(junit, &tap, error)) {
		g_prefix_error(error, "--junit=");
		g_clear_pointer(&junit, junit_free);
	}
	return junit;
}

void junit_free(struct junit *junit)
{
	if (junit == NULL)
		return;
	g_free(junit->path);
	g_free(junit->out);
	g_ptr_array_unref(junit->properties);
	g_free(junit);
}

void junit_add_property(struct junit *junit, const char *name, const char *value)
{
	g_ptr_array_add(junit->properties, g_strdup(name));
	g_ptr_array_add(junit->properties, g_strdup(value));
}

static gboolean has_failed(const xmlNode *testcase)
{
	for (const xmlNode *child = testcase->children; child != NULL; child = child->next)
		if (xmlStrEqual(child->name, (const xmlChar *)"failure") ||
			xmlStrEqual(child->name, (const xmlChar *)"error"))
			return TRUE;
	return FALSE;
}

/* Suites may be nested; the root is <testsuites> or a single <testsuite>. */
static void collect_failed(const xmlNode *parent, GStrvBuilder *names)
{
	for (const xmlNode *child = parent->children; child != NULL; child = child->next) {
		g_autofree char *name = NULL;

		if (xmlStrEqual(child->name, (const xmlChar *)"testsuite"))
			collect_failed(child, names);
		if (!xmlStrEqual(child->name, (const xmlChar *)"testcase") || !has_failed(child))
			continue;
		name = xml_attribute(child, "name");
		g_strv_builder_add(names, name);
	}
}

char **junit_read_failed(const char *path, GError **error)
{
	xmlDocPtr document = xml_load(path, error);
	GStrvBuilder *names;
	char **failed = NULL;

	if (document == NULL)
		return NULL;
	if (g_str_has_prefix((const char *)xmlDocGetRootElement(document)->name, "testsuite")) {
		xmlNode *root = xmlDocGetRootElement(document);
		xmlNode above = { .children = root };

		names = g_strv_builder_new();
		collect_failed(strcmp((const char *)root->name, "testsuite") == 0 ? &above : root, names);
		failed = g_strv_builder_end(names);
		g_strv_builder_unref(names);
	} else {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: not JUnit XML: its root is <%s>", path,
			(const char *)xmlDocGetRootElement(document)->name);
	}
	xmlFreeDoc(document);
	return failed;
}
