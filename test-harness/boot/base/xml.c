/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/xml.h"

#include <libxml/parser.h>

#include "base/error.h"
#include "base/input.h"

/* refuse_doctype() leaves this in the parser's _private, so that the error can say why the parser was stopped. */
static char has_doctype[] = "a document type declaration is not accepted";

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxtPtr parser = context;

	(void)name;
	(void)external;
	(void)system;
	parser->_private = has_doctype;
	xmlStopParser(parser);
}

static void set_error(GError **error, const char *path, xmlParserCtxtPtr parser)
{
	const xmlError *last = xmlCtxtGetLastError(parser);
	g_autofree char *message = g_strdup(last != NULL && last->message != NULL ? last->message : "it is empty");

	g_strdelimit(message, "\r\n", ' ');
	if (parser->_private == has_doctype)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: %s", path, has_doctype);
	else
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s:%d: not XML: %s", path, last != NULL ? last->line : 0,
			g_strchomp(message));
}

xmlDocPtr xml_load(const char *path, GError **error)
{
	g_autofree char *bytes = NULL;
	xmlParserCtxtPtr parser;
	xmlDocPtr document;
	gsize length;

	if (!input_read(path, &bytes, &length, error))
		return NULL;
	parser = xmlNewParserCtxt();
	parser->sax->internalSubset = refuse_doctype;
	document = xmlCtxtReadMemory(
		parser, bytes, (int)length, path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (parser->_private != NULL || document == NULL || xmlDocGetRootElement(document) == NULL) {
		set_error(error, path, parser);
		g_clear_pointer(&document, xmlFreeDoc);
	}
	xmlFreeParserCtxt(parser);
	return document;
}

char *xml_attribute(const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetProp((xmlNode *)node, (const xmlChar *)name);
	char *text = g_strdup(value != NULL ? (const char *)value : "");

	xmlFree(value);
	return text;
}
