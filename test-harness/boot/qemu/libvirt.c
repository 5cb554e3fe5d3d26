/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/libvirt.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

#include "base/error.h"
#include "base/xml.h"

/* Where the setting at an XPath has that value, -cpu gets that property; at most one row of a path applies. */
static const struct {
	const char *path, *value, *cpu;
} settings[] = {
	{ "/domain/cpu/@migratable", "off", "migratable=off" },
	{ "/domain/features/kvm/hidden/@state", "on", "kvm=off" },
	{ "/domain/features/kvm/hint-dedicated/@state", "on", "kvm-hint-dedicated=on" },
	{ "/domain/features/kvm/poll-control/@state", "on", "kvm-poll-control=on" },
	{ "/domain/features/kvm/pv-ipi/@state", "off", "kvm-pv-ipi=off" },
	{ "/domain/features/pvspinlock/@state", "on", "kvm-pv-unhalt=on" },
	{ "/domain/features/pvspinlock/@state", "off", "kvm-pv-unhalt=off" },
	{ "/domain/features/apic/@eoi", "on", "kvm-pv-eoi=on" },
	{ "/domain/features/apic/@eoi", "off", "kvm-pv-eoi=off" },
	{ "/domain/features/hyperv/@mode", "passthrough", "hv-passthrough=on" },
	{ "/domain/clock/timer[@name='kvmclock']/@present", "yes", "kvmclock=on" },
	{ "/domain/clock/timer[@name='kvmclock']/@present", "no", "kvmclock=off" },
	{ "/domain/clock/timer[@name='hypervclock']/@present", "yes", "hv-time=on" },
};

/* Hyper-V features whose property is not hv-NAME=on, but takes a value from an attribute. */
static const struct {
	const char *name, *attribute, *format;
} hyperv_values[] = {
	{ "vendor_id", "value", "hv-vendor-id=%s" },
	{ "spinlocks", "retries", "hv-spinlocks=%s" },
};

/* QEMU's own arguments in a domain (libvirt docs/drvqemu.rst), and the global properties of every CPU. */
#define QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"
#define CPU_GLOBAL "x86_64-cpu."

struct domain_file {
	const char *path;
	xmlXPathContextPtr context;
	GString *cpu;
};

static gboolean wrong(const struct domain_file *file, const xmlNode *node, GError **error, const char *what)
{
	g_set_error(
		error, BOOT_ERROR, BOOT_USAGE, "%s:%ld: <%s>: %s", file->path, xmlGetLineNo(node), node->name, what);
	return FALSE;
}

/* The text at an XPath, "" where there is none; to be freed. */
static char *text_at(const struct domain_file *file, const char *path)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)path, file->context);
	xmlChar *value = object != NULL ? xmlXPathCastToString(object) : NULL;
	char *text = g_strstrip(g_strdup(value != NULL ? (const char *)value : ""));

	xmlFree(value);
	xmlXPathFreeObject(object);
	return text;
}

/* Checks a word that goes into -cpu or -machine: a comma in it would begin another property. */
static gboolean check_word(const struct domain_file *file, const xmlNode *node, const char *word, GError **error)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+: ";

	return word[strspn(word, allowed)] == '\0' ||
	       wrong(file, node, error, "expected a name of letters, digits, space and - _ . + :");
}

typedef gboolean visit_fn(const struct domain_file *file, const xmlNode *node, GError **error);

/* Calls visit for each element at an XPath, in document order, until one call fails. */
static gboolean for_each(const struct domain_file *file, const char *path, visit_fn *visit, GError **error)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)path, file->context);
	gboolean good = TRUE;

	for (int i = 0; good && object != NULL && object->nodesetval != NULL && i < object->nodesetval->nodeNr; i++)
		good = visit(file, object->nodesetval->nodeTab[i], error);
	xmlXPathFreeObject(object);
	return good;
}

static gboolean add_model(const struct domain_file *file, const xmlNode *cpu, GError **error)
{
	g_autofree char *mode = xml_attribute(cpu, "mode");
	g_autofree char *model = text_at(file, "/domain/cpu/model");

	if (strcmp(mode, "host-passthrough") == 0 || strcmp(mode, "host-model") == 0)
		g_string_assign(file->cpu, "host");
	else if (strcmp(mode, "maximum") == 0)
		g_string_assign(file->cpu, "max");
	else if (*mode != '\0' && strcmp(mode, "custom") != 0)
		return wrong(file, cpu, error, "expected mode host-passthrough, host-model, maximum or custom");
	else if (*model != '\0')
		g_string_assign(file->cpu, model);
	return check_word(file, cpu, model, error);
}

static gboolean add_feature(const struct domain_file *file, const xmlNode *feature, GError **error)
{
	g_autofree char *policy = xml_attribute(feature, "policy");
	g_autofree char *name = xml_attribute(feature, "name");

	if (*name == '\0')
		return wrong(file, feature, error, "expected a name");
	if (!check_word(file, feature, name, error))
		return FALSE;
	if (strcmp(policy, "disable") == 0 || strcmp(policy, "forbid") == 0)
		g_string_append_printf(file->cpu, ",-%s", name);
	else if (*policy == '\0' || strcmp(policy, "require") == 0 || strcmp(policy, "force") == 0)
		g_string_append_printf(file->cpu, ",+%s", name);
	else if (strcmp(policy, "optional") != 0)
		return wrong(file, feature, error, "expected policy force, require, optional, disable or forbid");
	return TRUE;
}

/* <qemu:arg value='-global'/>, and the next argument's property. Arguments about anything else are not looked at. */
static gboolean add_global(const struct domain_file *file, const xmlNode *argument, GError **error)
{
	const xmlNode *next = xmlNextElementSibling((xmlNode *)argument);
	g_autofree char *option = xml_attribute(argument, "value");
	g_autofree char *property = NULL;
	g_auto(GStrv) parts = NULL;

	if (strcmp(option, "-global") != 0 || next == NULL)
		return TRUE;
	property = xml_attribute(next, "value");
	if (!g_str_has_prefix(property, CPU_GLOBAL))
		return TRUE;
	parts = g_strsplit(property + strlen(CPU_GLOBAL), "=", 2);
	if (g_strv_length(parts) != 2)
		return wrong(file, next, error, "expected PROPERTY=VALUE of the CPU");
	if (!check_word(file, next, parts[0], error) || !check_word(file, next, parts[1], error))
		return FALSE;
	g_string_append_printf(file->cpu, ",%s=%s", parts[0], parts[1]);
	return TRUE;
}

static gboolean add_hyperv(const struct domain_file *file, const xmlNode *feature, GError **error)
{
	g_autofree char *state = xml_attribute(feature, "state");
	g_autofree char *name = g_strdup((const char *)feature->name);

	if (strcmp(state, "on") != 0 && strcmp(state, "off") != 0)
		return wrong(file, feature, error, "expected state on or off");
	if (strcmp(state, "off") == 0)
		return TRUE;
	for (size_t i = 0; i < G_N_ELEMENTS(hyperv_values); i++) {
		g_autofree char *value = xml_attribute(feature, hyperv_values[i].attribute);
		g_autofree char *property = g_strdup_printf(hyperv_values[i].format, value);

		if (strcmp(name, hyperv_values[i].name) != 0)
			continue;
		if (*value == '\0')
			return wrong(file, feature, error, "expected a value");
		if (!check_word(file, feature, value, error))
			return FALSE;
		g_string_append_printf(file->cpu, ",%s", property);
		return TRUE;
	}
	g_strdelimit(name, "_", '-');
	g_string_append_printf(file->cpu, ",hv-%s=on", name);
	return TRUE;
}

static gboolean add_tsc(const struct domain_file *file, const xmlNode *timer, GError **error)
{
	g_autofree char *frequency = xml_attribute(timer, "frequency");
	guint64 hertz;

	if (*frequency == '\0')
		return TRUE;
	if (!g_ascii_string_to_unsigned(frequency, 10, 1, G_MAXINT64, &hertz, NULL))
		return wrong(file, timer, error, "expected a frequency in Hz");
	g_string_append_printf(file->cpu, ",tsc-frequency=%s", frequency);
	return TRUE;
}

static gboolean add_cpu(const struct domain_file *file, GError **error)
{
	/* Global properties come first: QEMU lets those of -cpu win. */
	if (!for_each(file, "/domain/cpu", add_model, error) ||
		!for_each(file, "/domain/qemu:commandline/qemu:arg", add_global, error) ||
		!for_each(file, "/domain/cpu/feature", add_feature, error))
		return FALSE;
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autofree char *value = text_at(file, settings[i].path);

		if (strcmp(value, settings[i].value) == 0)
			g_string_append_printf(file->cpu, ",%s", settings[i].cpu);
	}
	return for_each(file, "/domain/features/hyperv/*", add_hyperv, error) &&
	       for_each(file, "/domain/clock/timer[@name='tsc']", add_tsc, error);
}

static gboolean read_domain(
	const struct domain_file *file, const xmlNode *root, struct libvirt_domain *domain, GError **error)
{
	g_autofree char *type = xml_attribute(root, "type");
	g_autofree char *machine = text_at(file, "/domain/os/type/@machine");
	g_autofree char *vcpus = text_at(file, "/domain/vcpu");
	g_autofree char *ioapic = text_at(file, "/domain/features/ioapic/@driver");
	guint64 count = 1;

	if (strcmp((const char *)root->name, "domain") != 0)
		return wrong(file, root, error, "expected a libvirt <domain>");
	if (strcmp(type, "kvm") != 0 && strcmp(type, "qemu") != 0)
		return wrong(file, root, error, "expected type kvm or qemu");
	if (*vcpus != '\0' && !g_ascii_string_to_unsigned(vcpus, 10, 1, 4096, &count, NULL))
		return wrong(file, root, error, "expected <vcpu> with a number, 1 to 4096");
	if (!check_word(file, root, machine, error) || !add_cpu(file, error))
		return FALSE;
	domain->accel = g_strdup(strcmp(type, "kvm") == 0 ? "kvm" : "tcg");
	domain->machine = g_strconcat(
		*machine != '\0' ? machine : "pc", strcmp(ioapic, "qemu") == 0 ? ",kernel-irqchip=split" : "", NULL);
	domain->cpu = g_strdup(file->cpu->str);
	domain->vcpus = (unsigned)count;
	return TRUE;
}

struct libvirt_domain *libvirt_load(const char *path, GError **error)
{
	xmlDocPtr document = xml_load(path, error);
	struct domain_file file = { .path = path };
	struct libvirt_domain *domain;

	if (document == NULL)
		return NULL;
	file.context = xmlXPathNewContext(document);
	(void)xmlXPathRegisterNs(file.context, (const xmlChar *)"qemu", (const xmlChar *)QEMU_NAMESPACE);
	file.cpu = g_string_new("qemu64"); /* QEMU's default model */
	domain = g_new0(struct libvirt_domain, 1);
	if (!read_domain(&file, xmlDocGetRootElement(document), domain, error))
		g_clear_pointer(&domain, libvirt_domain_free);
	g_string_free(file.cpu, TRUE);
	xmlXPathFreeContext(file.context);
	xmlFreeDoc(document);
	return domain;
}

void libvirt_domain_free(struct libvirt_domain *domain)
{
	if (domain == NULL)
		return;
	g_free(domain->accel);
	g_free(domain->machine);
	g_free(domain->cpu);
	g_free(domain);
}
