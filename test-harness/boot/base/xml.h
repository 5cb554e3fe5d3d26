/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads XML files that the user named (libvirt domains, JUnit results), safely. */
#ifndef KVMLEAF_BOOT_BASE_XML_H
#define KVMLEAF_BOOT_BASE_XML_H

#include <glib.h>
#include <libxml/tree.h>

/*
 * The document in a file, or on standard input for "-"; to be freed with xmlFreeDoc. NULL with BOOT_USAGE, file and
 * line where it is not well-formed or has a document type declaration, whose entities could expand to any size. No
 * other file is loaded.
 */
xmlDocPtr xml_load(const char *path, GError **error);
/* The value of an attribute, "" where the element has none of that name; to be freed with g_free. */
char *xml_attribute(const xmlNode *node, const char *name);

#endif
