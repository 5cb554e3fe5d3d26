/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/fix_output.h"

#include "core/base/json.h"
#include "core/output/table_row.h"

/* A global property applies to every CPU of the guest, whatever its -cpu says. */
#define GLOBAL "x86_64-cpu."

/* The columns of a fix: indented, for whom, how it is spelled there. */
enum { COLUMN_FIX_INDENT = 2, COLUMN_FIX_WHOSE = 10 };

/* "kvm-pv-eoi=on". */
static void text_property(struct text *out, const struct kvm_fix *fix)
{
	text_string(out, fix->cpu);
	if (fix->feature != NULL)
		text_string(out, "=on");
}

static void fix_begin(struct text *out, const char *whose)
{
	size_t start = out->length;

	text_pad(out, start, COLUMN_FIX_INDENT);
	text_string(out, whose);
	text_pad(out, start, COLUMN_FIX_INDENT + COLUMN_FIX_WHOSE);
}

static void fix_line(struct text *out, const char *whose, const char *spelling)
{
	fix_begin(out, whose);
	text_string(out, spelling);
	row_end(out);
}

static void libvirt_lines(struct text *out, const struct kvm_fix *fix)
{
	if (fix->libvirt[0] != '\0') {
		fix_line(out, "libvirt", fix->libvirt);
		return;
	}
	fix_line(out, "libvirt", "no element; in <qemu:commandline>: <qemu:arg value='-global'/>");
	fix_begin(out, "");
	text_string(out, "<qemu:arg value='" GLOBAL);
	text_property(out, fix);
	text_string(out, "'/>");
	row_end(out);
}

static void proxmox_line(struct text *out, const struct kvm_fix *fix)
{
	fix_begin(out, "Proxmox");
	text_string(out, "qm set VMID ");
	if (fix->proxmox[0] != '\0') {
		text_string(out, fix->proxmox);
	} else {
		text_string(out, "--args '-global " GLOBAL);
		text_property(out, fix);
		text_char(out, '\'');
	}
	row_end(out);
}

void fix_table(struct text *out, const struct kvm_fix *fix)
{
	text_property(out, fix);
	text_string(out, ": ");
	text_string(out, kvm_fix_given_words((enum kvm_fix_given)fix->given));
	row_end(out);
	fix_begin(out, "QEMU");
	text_string(out, "-cpu MODEL,");
	text_property(out, fix);
	row_end(out);
	libvirt_lines(out, fix);
	fix_line(out, "KubeVirt",
		fix->kubevirt[0] != '\0' ? fix->kubevirt : "no field; a hook sidecar that edits libvirt's domain");
	proxmox_line(out, fix);
}

static void json_property(struct text *json, const char *before, const struct kvm_fix *fix, const char *behind)
{
	text_char(json, '"');
	text_string(json, before);
	text_property(json, fix);
	text_string(json, behind);
	text_char(json, '"');
}

void fix_property_json(struct text *json, const struct kvm_fix *fix)
{
	json_property(json, "", fix, "");
}

/* The key is absent where there is no such spelling. */
static void json_spelling(struct text *json, const char *key, const char *spelling)
{
	if (spelling[0] == '\0')
		return;
	json_key(json, key);
	json_name(json, spelling);
}

void fix_json(struct text *json, const struct kvm_fix *fix)
{
	json_separator(json);
	text_string(json, "\n {");
	if (fix->feature != NULL) {
		json_key(json, "feature");
		json_name(json, fix->feature->name);
	}
	json_key(json, "default");
	json_name(json, kvm_fix_given_name((enum kvm_fix_given)fix->given));
	json_key(json, "qemu");
	json_property(json, "", fix, "");
	json_spelling(json, "libvirt", fix->libvirt);
	if (fix->libvirt[0] == '\0') {
		json_key(json, "libvirt_commandline");
		text_char(json, '[');
		json_name(json, "-global");
		json_separator(json);
		json_property(json, GLOBAL, fix, "");
		text_char(json, ']');
	}
	json_spelling(json, "kubevirt", fix->kubevirt);
	json_key(json, "proxmox");
	if (fix->proxmox[0] != '\0')
		json_name(json, fix->proxmox);
	else
		json_property(json, "--args '-global " GLOBAL, fix, "'");
	text_char(json, '}');
}
