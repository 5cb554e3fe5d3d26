/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain settings and the QEMU options that libvirt makes of them: libvirt's docs/formatdomain.rst, QEMU's hyperv.rst.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "qemu/libvirt.h"

static char *write_domain(const char *content)
{
	char *path;
	int fd = g_file_open_tmp("domain-XXXXXX.xml", &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	g_assert_true(g_close(fd, NULL));
	g_assert_true(g_file_set_contents(path, content, -1, NULL));
	return path;
}

static void assert_cpu(const char *inside, const char *cpu)
{
	g_autofree char *content = g_strdup_printf("<domain type='kvm'>%s</domain>", inside);
	g_autofree char *path = write_domain(content);
	GError *error = NULL;
	struct libvirt_domain *domain = libvirt_load(path, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(domain->cpu, ==, cpu);
	libvirt_domain_free(domain);
	(void)g_unlink(path);
}

static void test_models(void)
{
	assert_cpu("", "qemu64");
	assert_cpu("<cpu mode='host-passthrough'/>", "host");
	assert_cpu("<cpu mode='host-passthrough' migratable='off'/>", "host,migratable=off");
	assert_cpu("<cpu mode='host-model'/>", "host");
	assert_cpu("<cpu mode='maximum'/>", "max");
	assert_cpu("<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model></cpu>", "EPYC");
	assert_cpu("<cpu><model>kvm64</model></cpu>", "kvm64");
}

static void test_features(void)
{
	assert_cpu("<cpu mode='host-passthrough'><feature policy='disable' name='hypervisor'/>"
		   "<feature policy='require' name='invtsc'/><feature policy='optional' name='vmx'/>"
		   "<feature policy='forbid' name='svm'/></cpu>",
		"host,-hypervisor,+invtsc,-svm");
	assert_cpu("<features><kvm><hidden state='on'/><hint-dedicated state='on'/><poll-control state='on'/>"
		   "<pv-ipi state='off'/></kvm></features><cpu mode='host-passthrough'/>",
		"host,kvm=off,kvm-hint-dedicated=on,kvm-poll-control=on,kvm-pv-ipi=off");
	assert_cpu("<features><kvm><hidden state='off'/></kvm></features>", "qemu64");
	assert_cpu("<features><pvspinlock state='on'/><apic eoi='off'/></features>",
		"qemu64,kvm-pv-unhalt=on,kvm-pv-eoi=off");
	assert_cpu("<features><pvspinlock state='off'/><apic eoi='on'/></features>",
		"qemu64,kvm-pv-unhalt=off,kvm-pv-eoi=on");
}

/* What QEMU's -global sets for every CPU stands before libvirt's own -cpu properties, which win. */
static void test_globals(void)
{
#define QEMU_ARGUMENTS "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>"
	assert_cpu("<features><pvspinlock state='off'/></features><cpu mode='host-passthrough'/>" QEMU_ARGUMENTS
		   "<q:arg value='-global'/><q:arg value='x86_64-cpu.kvm-pv-ipi=on'/>"
		   "<q:arg value='-global'/><q:arg value='q35-pcihost.x=on'/><q:arg value='-s'/>"
		   "<q:arg value='-global'/><q:arg value='x86_64-cpu.kvm-asyncpf-int=off'/></q:commandline>",
		"host,kvm-pv-ipi=on,kvm-asyncpf-int=off,kvm-pv-unhalt=off");
	assert_cpu(QEMU_ARGUMENTS "<q:arg value='-global'/></q:commandline>", "qemu64");
	assert_cpu(
		"<commandline><arg value='-global'/><arg value='x86_64-cpu.kvm-pv-ipi=on'/></commandline>", "qemu64");
}

static void test_hyperv(void)
{
	assert_cpu("<features><hyperv mode='custom'><relaxed state='on'/><vapic state='off'/>"
		   "<spinlocks state='on' retries='8191'/><vendor_id state='on' value='Some One'/>"
		   "<emsr_bitmap state='on'/></hyperv></features>",
		"qemu64,hv-relaxed=on,hv-spinlocks=8191,hv-vendor-id=Some One,hv-emsr-bitmap=on");
	assert_cpu("<features><hyperv mode='passthrough'/></features>", "qemu64,hv-passthrough=on");
}

static void test_timers(void)
{
	assert_cpu("<clock offset='utc'><timer name='kvmclock' present='no'/></clock>", "qemu64,kvmclock=off");
	assert_cpu("<clock><timer name='kvmclock' present='yes'/><timer name='hypervclock' present='yes'/></clock>",
		"qemu64,kvmclock=on,hv-time=on");
	assert_cpu("<clock><timer name='tsc' frequency='2000000000' mode='native'/></clock>",
		"qemu64,tsc-frequency=2000000000");
	assert_cpu("<clock><timer name='hypervclock' present='no'/><timer name='tsc'/></clock>", "qemu64");
}

static void test_machine(void)
{
	g_autofree char *path = write_domain("<domain type='qemu'><vcpu placement='static'>4</vcpu>"
					     "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>"
					     "<features><ioapic driver='qemu'/></features></domain>");
	struct libvirt_domain *domain = libvirt_load(path, NULL);

	g_assert_cmpstr(domain->accel, ==, "tcg");
	g_assert_cmpstr(domain->machine, ==, "pc-q35-7.2,kernel-irqchip=split");
	g_assert_cmpuint(domain->vcpus, ==, 4);
	libvirt_domain_free(domain);
	(void)g_unlink(path);
}

/* A bad domain file, the line that the error must name, and words of the error. */
static void test_bad(void)
{
	static const struct {
		const char *content, *where, *words;
	} rows[] = {
		{ "", ":", "not XML" },
		{ "<domain", ":1:", "not XML" },
		{ "no domain", ":1:", "not XML" },
		{ "\n<network type='kvm'/>", ":2: <network>", "expected a libvirt <domain>" },
		{ "<domain type='xen'/>", ":1: <domain>", "expected type kvm or qemu" },
		{ "<domain type='kvm'><vcpu>many</vcpu></domain>", ":1:", "expected <vcpu> with a number" },
		{ "<domain type='kvm'>\n<cpu mode='best'/></domain>", ":2: <cpu>", "expected mode" },
		{ "<domain type='kvm'><cpu>\n\n<feature policy='never' name='x'/></cpu></domain>", ":3: <feature>",
			"expected policy" },
		{ "<domain type='kvm'><cpu><feature policy='require'/></cpu></domain>", ":1: <feature>",
			"expected a name" },
		{ "<domain type='kvm'><features><hyperv>\n<relaxed/></hyperv></features></domain>", ":2: <relaxed>",
			"expected state on or off" },
		{ "<domain type='kvm'><features><hyperv><spinlocks state='on'/></hyperv></features></domain>",
			":1: <spinlocks>", "expected a value" },
		{ "<domain type='kvm'><clock><timer name='tsc' frequency='fast'/></clock></domain>", ":1: <timer>",
			"expected a frequency" },
		{ "<domain type='kvm'>" QEMU_ARGUMENTS "<q:arg value='-global'/>\n"
		  "<q:arg value='x86_64-cpu.kvm-pv-ipi'/></q:commandline></domain>",
			":2: <arg>", "expected PROPERTY=VALUE" },
		{ "<domain type='kvm'>" QEMU_ARGUMENTS "<q:arg value='-global'/>"
		  "<q:arg value='x86_64-cpu.kvm-pv-ipi=on,level=1'/></q:commandline></domain>",
			":1: <arg>", "expected a name" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = write_domain(rows[i].content);
		GError *error = NULL;

		g_assert_null(libvirt_load(path, &error));
		g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
		g_assert_true(g_str_has_prefix(error->message, path));
		g_assert_nonnull(strstr(error->message, rows[i].where));
		g_assert_nonnull(strstr(error->message, rows[i].words));
		g_assert_null(strchr(error->message, '\n'));
		g_error_free(error);
		(void)g_unlink(path);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/libvirt/models", test_models);
	g_test_add_func("/libvirt/features", test_features);
	g_test_add_func("/libvirt/globals", test_globals);
	g_test_add_func("/libvirt/hyperv", test_hyperv);
	g_test_add_func("/libvirt/timers", test_timers);
	g_test_add_func("/libvirt/machine", test_machine);
	g_test_add_func("/libvirt/bad", test_bad);
	return g_test_run();
}
