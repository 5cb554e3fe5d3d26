/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/judged.h"

#include <string.h>

static const char good_report[] =
	"{\"schema\":\"kvmleaf/1\",\"version\":\"0.1.0\",\"source\":\"cpu\",\n"
	"\"verdict\":\"kvm\",\"hypervisor_bit\":true,\"cpu\":{\"vendor\":\"AuthenticAMD\",\"signature\":\"0x00800f12\"}"
	",\n"
	"\"blocks\":[{\"base\":\"0x40000000\",\"signature\":\"KVMKVMKVM\",\"hypervisor\":\"KVM\","
	"\"max_leaf\":\"0x40000001\",\"max_leaf_used\":\"0x40000001\"}],\n"
	"\"kvm\":{\"base\":\"0x40000000\",\"eax\":\"0x01007afb\",\"edx\":\"0x00000000\"},\n"
	"\"vcpus\":{\"count\":1,\"checked\":1,\"differing\":[]},\n"
	"\"leaves\":[],\n"
	"\"problems\":[]}\n";

static const char good_console[] = "KVMLEAF-BEGIN version=0.1.0 source=cpu\n"
				   "KVM. Hypervisor bit set. CPU AuthenticAMD.\n"
				   "0x40000000  \"KVMKVMKVM\"     KVM                     max leaf 0x40000001\n"
				   "0x40000001  EAX=0x01007afb EDX=0x00000000\n"
				   "EAX  0 yes CLOCKSOURCE            kvmclock            kvmclock, old MSR numbers\n"
				   "EAX  1 yes NOP_IO_DELAY           kvm-nopiodelay      no delay after port I/O\n"
				   "EAX  2 -   MMU_OP                 kvm-mmu             batched MMU updates; gone\n"
				   "EAX  3 yes CLOCKSOURCE2           kvmclock            kvmclock, KVM's MSR range\n"
				   "EAX  4 yes ASYNC_PF               kvm-asyncpf         asynchronous page faults\n"
				   "EAX  5 yes STEAL_TIME             kvm-steal-time      time stolen from the vCPU\n"
				   "EAX  6 yes PV_EOI                 kvm-pv-eoi          end of interrupt, no exit\n"
				   "EAX  7 yes PV_UNHALT              kvm-pv-unhalt       spinlocks wake idle vCPUs\n"
				   "EAX  9 yes PV_TLB_FLUSH           kvm-pv-tlb-flush    TLB flush skips idle CPUs\n"
				   "EAX 10 -   ASYNC_PF_VMEXIT        kvm-asyncpf-vmexit  async faults as VM exits\n"
				   "EAX 11 yes PV_SEND_IPI            kvm-pv-ipi          many IPIs, one hypercall\n"
				   "EAX 12 yes POLL_CONTROL           kvm-poll-control    guest can end HLT polling\n"
				   "EAX 13 yes PV_SCHED_YIELD         kvm-pv-sched-yield  yield to a preempted vCPU\n"
				   "EAX 14 yes ASYNC_PF_INT           kvm-asyncpf-int     async faults by interrupt\n"
				   "EAX 15 -   MSI_EXT_DEST_ID        kvm-msi-ext-dest-id MSI to APIC ids above 255\n"
				   "EAX 16 -   HC_MAP_GPA_RANGE       -                   page encryption hypercall\n"
				   "EAX 17 -   MIGRATION_CONTROL      -                   guest allows migration\n"
				   "EAX 24 yes CLOCKSOURCE_STABLE_BIT kvmclock-stable-bit kvmclock flags are valid\n"
				   "EDX  0 -   REALTIME               kvm-hint-dedicated  vCPUs are never preempted\n"
				   "KVMLEAF-END verdict=kvm eax=0x01007afb vcpus=1 report=written status=pass\n";

void sample_replace(GString *text, const char *from, const char *to)
{
	if (from == NULL)
		return;
	/* A text that is not there would leave the good guest unchanged, and the trial would test nothing. */
	if (g_string_replace(text, from, to, 1) != 1)
		g_error("\"%s\" is not in: %s", from, text->str);
}

void sample_init(struct sample *sample)
{
	*sample = (struct sample){
		.boot_case = case_new("made-up"),
		.report = g_string_new(good_report),
		.console = g_string_new(good_console),
		.result = { .exit_value = 0x10,
			.told_to_exit = TRUE,
			.from_store = TRUE,
			.attributes = 7, /* NV, BS, RT: UEFI specification, 8.2 */
			.has_words = TRUE,
			.words = { HOST_EAX, 0 },
			.vcpus = 1,
			.has_supported = TRUE,
			.supported = HOST_EAX },
	};
	sample->boot_case->accel = g_strdup("kvm");
	sample->boot_case->cpu = g_strdup("host");
}

void sample_judge(struct sample *sample, struct judged *judged)
{
	console_init(&sample->result.console, NULL, NULL);
	console_feed(&sample->result.console, sample->console->str, sample->console->len);
	if (sample->report->len > 0)
		sample->result.report = g_memdup2(sample->report->str, sample->report->len + 1);
	sample->result.report_length = sample->report->len;
	judge_guest(sample->boot_case, &sample->result, judged);
}

void sample_clear(struct sample *sample)
{
	guest_result_clear(&sample->result);
	case_free(sample->boot_case);
	g_string_free(sample->report, TRUE);
	g_string_free(sample->console, TRUE);
}

gboolean sample_has_words(const GPtrArray *lines, const char *words)
{
	for (guint i = 0; i < lines->len; i++)
		if (strstr(g_ptr_array_index(lines, i), words) != NULL)
			return TRUE;
	return FALSE;
}

static void run_trial(const char *name, size_t number, const struct trial *trial)
{
	struct sample sample;
	struct judged judged;
	GError *error = NULL;

	sample_init(&sample);
	if (trial->key != NULL && !case_set_key(sample.boot_case, trial->key, trial->value, &error))
		g_error("%s: %s", name, error->message);
	sample_replace(sample.report, trial->from, trial->to);
	sample_replace(sample.console, trial->said_from, trial->said_to);
	if (trial->change != NULL)
		trial->change(&sample);
	sample_judge(&sample, &judged);
	for (guint i = 0; i < judged.wrong->len; i++)
		g_test_message("%s %zu: %s", name, number, (const char *)g_ptr_array_index(judged.wrong, i));
	if (trial->wrong == NULL && judged.wrong->len > 0)
		g_error("%s, trial %zu: %s", name, number, (const char *)g_ptr_array_index(judged.wrong, 0));
	if (trial->wrong != NULL && !sample_has_words(judged.wrong, trial->wrong))
		g_error("%s, trial %zu: nothing says \"%s\"", name, number, trial->wrong);
	g_assert_cmpint(judged.silent->len > 0, ==, trial->silent != NULL);
	if (trial->silent != NULL)
		g_assert_true(sample_has_words(judged.silent, trial->silent));
	judged_clear(&judged);
	sample_clear(&sample);
}

static void run_trials(gconstpointer data)
{
	const struct trials *row = data;
	gboolean passes = FALSE, fails = FALSE;

	for (size_t i = 0; i < row->count; i++) {
		run_trial(row->name, i, &row->trials[i]);
		passes = passes || row->trials[i].wrong == NULL;
		fails = fails || row->trials[i].wrong != NULL;
	}
	g_assert_true(passes && fails);
}

void add_trials(const char *folder, const struct trials *rows, size_t count)
{
	g_assert_cmpuint(count, >, 0);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *path = g_strconcat(folder, rows[i].name, NULL);

		g_test_add_data_func(path, &rows[i], run_trials);
	}
}
