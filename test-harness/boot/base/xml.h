/* SPDX-License-Identifier: BSD-2-Clause */
/* XML that somebody else wrote. */
#ifndef KVMLEAF_BOOT_BASE_XML_H
#define KVMLEAF_BOOT_BASE_XML_H

#include <glib.h>
#include <libxml/tree.h>

/*
 * The document in a file, or on standard input ("-"). NULL and one line with file and line for what is not well-formed,
 * and for a document type declaration, whose entities may expand to any size. Nothing else is loaded.
 */
xmlDocPtr xml_load(const char *path, GError **error);
/* An attribute's text, "" for none; to be freed. */
char *xml_attribute(const xmlNode *node, const char *name);

#endif
