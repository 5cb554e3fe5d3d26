/* SPDX-License-Identifier: BSD-2-Clause */
/* A libvirt domain. The input is the XML. */
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "fuzz.h"
#include "qemu/libvirt.h"

/*
 * A value that becomes part of QEMU's -cpu must not contain a comma, which would add a setting that the domain does not
 * have. XPath finds these values: the model, the features, and Hyper-V's values.
 */
static const char *const with_comma[] = {
	"boolean(/domain/cpu[not(@mode) or @mode = '' or @mode = 'custom']) and contains(/domain/cpu/model, ',')",
	"boolean(/domain/cpu/feature[not(@policy = 'optional') and contains(@name, ',')])",
	"boolean(/domain/features/hyperv/vendor_id[@state = 'on' and contains(@value, ',')])",
	"boolean(/domain/features/hyperv/spinlocks[@state = 'on' and contains(@retries, ',')])",
};

static void no_commas(const uint8_t *data, size_t size)
{
	xmlDocPtr document = xmlReadMemory(
		(const char *)data, (int)size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlXPathContextPtr context = xmlXPathNewContext(document);

	for (size_t i = 0; document != NULL && i < G_N_ELEMENTS(with_comma); i++) {
		xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)with_comma[i], context);

		MUST(object != NULL);
		MUST_SAY(!object->boolval, with_comma[i]);
		xmlXPathFreeObject(object);
	}
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
}

/* QEMU reads two commas as one comma in the value. */
static void machine_holds(const char *machine)
{
	g_autoptr(GString) rest = g_string_new(machine);

	(void)g_string_replace(rest, ",,", "", 0);
	if (g_str_has_suffix(rest->str, ",kernel-irqchip=split"))
		g_string_truncate(rest, rest->len - strlen(",kernel-irqchip=split"));
	MUST_SAY(strchr(rest->str, ',') == NULL, machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	struct libvirt_domain *domain = libvirt_load(fuzz_file(data, size), &error);

	fuzz_result_or_error(domain != NULL, error);
	if (domain == NULL)
		return 0;
	MUST(strcmp(domain->accel, "kvm") == 0 || strcmp(domain->accel, "tcg") == 0);
	MUST(domain->vcpus >= 1 && domain->vcpus <= 4096);
	MUST(*domain->machine != '\0' && *domain->cpu != '\0');
	machine_holds(domain->machine);
	/* A comma may be written as a character reference. */
	if (memchr(data, ',', size) != NULL || memchr(data, '&', size) != NULL)
		no_commas(data, size);
	libvirt_domain_free(domain);
	return 0;
}
