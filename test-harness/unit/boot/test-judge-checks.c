/* SPDX-License-Identifier: BSD-2-Clause */
/* Each check that every guest must pass, with guests that pass it and guests that do not. The tests are generated from
 * the table of judges. */
#include "unit/fake/judged.h"
#include "unit/boot/trials_channels.h"
#include "unit/boot/trials_oracles.h"
#include "unit/boot/trials_probe.h"

static const struct trials rows[] = {
#define JUDGE_CHECK(name) { #name, trials_##name, G_N_ELEMENTS(trials_##name) },
#define JUDGE_REPORT_CHECK JUDGE_CHECK
#include "judge/judge_checks.def"
};

static void with_failure(struct sample *sample)
{
	sample->result.failure = g_strdup("QEMU stopped the guest: internal-error");
}

static void with_nul(struct sample *sample)
{
	const char *count = strstr(sample->report->str, "\"count\":1,");

	/* jansson stops reading at a NUL after a number. */
	sample->report->str[count - sample->report->str + strlen("\"count\":1")] = '\0';
}

static void with_nul_behind(struct sample *sample)
{
	g_string_append_len(sample->report, "\0garbage", 8);
}

static void without_end(struct sample *sample)
{
	g_string_truncate(sample->console, (gsize)(strstr(sample->console->str, "KVMLEAF-END") - sample->console->str));
}

/* A recorded machine is decoded: its vCPUs and features are not those of the guest. */
static void replayed(struct sample *sample)
{
	sample_replace(sample->report, "\"source\":\"cpu\"", "\"source\":\"replay\"");
	sample_replace(sample->report, "\"count\":1,\"checked\":1", "\"count\":4,\"checked\":4");
	sample_replace(sample->console, "vcpus=1", "vcpus=4");
	sample_replace(sample->console, "report=written", "report=off");
	g_free(sample->boot_case->arguments);
	sample->boot_case->arguments = g_strdup("--replay=dump.txt");
	sample->result.from_store = FALSE;
	sample->result.words[0] = 0;
	sample->result.has_supported = FALSE;
}

static void replay_ignored(struct sample *sample)
{
	replayed(sample);
	sample_replace(sample->report, "\"source\":\"replay\"", "\"source\":\"cpu\"");
}

/* Checks that are made before those of the table. */
static const struct trial trials_whole[] = {
	{ .wrong = NULL },
	{ .change = with_failure, .wrong = "QEMU stopped the guest: internal-error" },
	{ .change = without_end, .wrong = "the console ends without KVMLEAF-END" },
	{ .from = "\"leaves\":[],", .to = "\"leaves\":[,", .wrong = "the report is not one JSON document: line 6" },
	{ .from = "\"problems\":[]}\n", .to = "\"problems\":[]}\n{}", .wrong = "not one JSON document: line 8" },
	{ .from = "\"leaves\":[]", .to = "\"leaves\":[],\"leaves\":[]", .wrong = "not one JSON document" },
	{ .change = with_nul, .wrong = "not one JSON document: byte" },
	{ .change = with_nul_behind, .wrong = "not one JSON document: byte" },
	{ .change = replayed, .wrong = NULL },
	{ .change = replay_ignored, .wrong = "the report's source is cpu; what was asked for has replay" },
};
static const struct trials whole[] = { { "whole", trials_whole, G_N_ELEMENTS(trials_whole) } };

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_trials("/judge/", whole, G_N_ELEMENTS(whole));
	add_trials("/judge/checks/", rows, G_N_ELEMENTS(rows));
	return g_test_run();
}
