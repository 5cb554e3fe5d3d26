/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/units.h"

#include <string.h>

#include "base/stop.h"
#include "cases/cases.h"
#include "nested/host_machine.h"
#include "run/accel.h"

enum { NESTED_CASES_MAX = 60 };

struct unit {
	const char *accel;
	const struct host_machine *machine; /* of a nested host, else NULL */
	GPtrArray *cases;                   /* borrowed */
	char *folder;                       /* for the logs of a nested host; else NULL */
};

static void run_unit(gpointer data, gpointer user_data)
{
	const struct unit *unit = data;
	struct session *session = user_data;

	if (stop_asked() != NULL)
		return;
	if (unit->machine != NULL)
		session_run_nested(session, unit->machine, unit->cases, unit->folder);
	else
		session_run_case(session, g_ptr_array_index(unit->cases, 0), unit->accel);
}

static void unit_free(struct unit *unit)
{
	g_ptr_array_unref(unit->cases);
	g_free(unit->folder);
	g_free(unit);
}

static struct unit *add_unit(GPtrArray *units, const char *accel)
{
	struct unit *unit = g_new0(struct unit, 1);

	unit->accel = accel;
	unit->machine = host_machine_by_accel(accel);
	unit->cases = g_ptr_array_new();
	g_ptr_array_add(units, unit);
	return unit;
}

/* Reports KVM cases as skipped, or as failed with --require-kvm, where there is no KVM to run them on. */
static void skip_cases(struct session *session, const GPtrArray *cases, const char *why)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (session->options->require_kvm)
			tap_complain(&session->tap, boot_case->name, TAP_FAIL, why, 0);
		else
			tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, why, 0);
	}
}

/*
 * Cases are dealt round-robin to the nested hosts: slow cases are neighbours in the files, and the hosts should end at
 * about the same time. Starting a host for a few cases takes longer than it saves; with more than NESTED_CASES_MAX its
 * guests' files, which lie in its memory, would fill it.
 */
static void add_nested_units(
	const struct session *session, GPtrArray *units, const GPtrArray *cases, const struct host_machine *machine)
{
	guint needed = (cases->len + NESTED_CASES_MAX - 1) / NESTED_CASES_MAX;
	guint hosts = MAX(MIN(cases->len / machine->least_cases + 1, (guint)session->jobs), needed);
	guint first = units->len;

	g_assert(hosts > 0);
	for (guint i = 0; i < hosts; i++) {
		g_autofree char *name = g_strdup_printf("%s-host-%u", machine->accel, i + 1);

		add_unit(units, machine->accel)->folder = g_build_filename(session->out, name, NULL);
	}
	for (guint i = 0; i < cases->len; i++) {
		const struct unit *unit = g_ptr_array_index(units, first + i % hosts);

		g_ptr_array_add(unit->cases, g_ptr_array_index(cases, i));
	}
}

/* The maker of the CPU that the case needs; NULL if any will do, or if accel is the nested host with that CPU. */
static const char *maker_of(const struct boot_case *boot_case, const char *accel)
{
	const struct host_machine *machine = host_machine_by_accel(accel);

	return machine != NULL && g_strcmp0(machine->maker, boot_case->maker) == 0 ? NULL : boot_case->maker;
}

/* Takes out the cases that set parameters of KVM's modules, which are not those of this system to change. */
static void skip_parameters(struct session *session, GPtrArray *cases, const char *accel)
{
	if (host_machine_by_accel(accel) != NULL || session->host->inside)
		return;
	for (guint i = 0; i < cases->len;) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (boot_case->kvm_parameters == NULL) {
			i++;
			continue;
		}
		tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL,
			"sets parameters of KVM's modules, which is done in nested hosts only", 0);
		g_ptr_array_remove_index(cases, i);
	}
}

/* Adds the units of the cases that need a CPU of this maker (NULL: that need none). accel is what other cases run on.
 */
static void add_units_of_maker(
	struct session *session, GPtrArray *units, const GPtrArray *cases, const char *accel, const char *maker)
{
	const struct host_machine *machine;
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();
	GError *error = NULL;

	for (guint i = 0; i < cases->len; i++)
		if (g_strcmp0(maker_of(g_ptr_array_index(cases, i), accel), maker) == 0)
			g_ptr_array_add(chosen, g_ptr_array_index(cases, i));
	if (chosen->len == 0)
		return;
	accel = accel_of_maker(accel, maker, &error);
	machine = host_machine_by_accel(accel);
	if (error != NULL)
		skip_cases(session, chosen, error->message);
	else if (machine != NULL)
		add_nested_units(session, units, chosen, machine);
	else
		for (guint i = 0; i < chosen->len; i++)
			g_ptr_array_add(add_unit(units, accel)->cases, g_ptr_array_index(chosen, i));
	g_clear_error(&error);
}

static void divide_by_maker(struct session *session, GPtrArray *units, GPtrArray *cases, const char *accel)
{
	static const char *const makers[] = { NULL, "amd", "intel" };

	skip_parameters(session, cases, accel);
	for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
		add_units_of_maker(session, units, cases, accel, makers[i]);
}

/* *ret_accel is the accelerator of the KVM cases, NULL where there are none or they cannot run. */
static void add_kvm_units(struct session *session, GPtrArray *units, GPtrArray *cases, const char **ret_accel)
{
	GError *error = NULL;
	const char *accel = cases->len > 0 ? accel_resolve(session->options->accel, session->host, &error) : NULL;

	*ret_accel = accel;
	if (error != NULL)
		skip_cases(session, cases, error->message);
	else if (g_strcmp0(accel, "tcg") == 0)
		skip_cases(session, cases, "needs KVM, and --accel=tcg was given");
	else
		divide_by_maker(session, units, cases, accel);
	g_clear_error(&error);
}

void units_run(struct session *session, GPtrArray *units)
{
	GThreadPool *pool = g_thread_pool_new(run_unit, session, session->jobs, FALSE, NULL);

	for (guint i = 0; i < units->len; i++)
		g_thread_pool_push(pool, g_ptr_array_index(units, i), NULL);
	g_thread_pool_free(pool, FALSE, TRUE);
}

GPtrArray *units_divide(struct session *session, const GPtrArray *cases)
{
	GPtrArray *units = g_ptr_array_new_with_free_func((GDestroyNotify)unit_free);
	g_autoptr(GPtrArray) kvm = g_ptr_array_new();
	g_autoptr(GPtrArray) tcg = g_ptr_array_new();
	const char *accel;

	for (guint i = 0; i < cases->len; i++) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (boot_case->skip != NULL)
			tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, boot_case->skip, 0);
		else
			g_ptr_array_add(strcmp(boot_case->accel, "kvm") == 0 ? kvm : tcg, boot_case);
	}
	add_kvm_units(session, units, kvm, &accel); /* first, as nested hosts take longest */
	if (session->junit != NULL)
		junit_add_property(session->junit, "accelerator", accel ?: "tcg");
	for (guint i = 0; i < tcg->len; i++)
		g_ptr_array_add(add_unit(units, "tcg")->cases, g_ptr_array_index(tcg, i));
	return units;
}

unsigned units_patience(const GPtrArray *units)
{
	unsigned patience = 1;

	for (guint i = 0; i < units->len; i++) {
		const struct unit *unit = g_ptr_array_index(units, i);

		if (unit->machine != NULL)
			patience = MAX(patience, unit->machine->patience);
	}
	return patience;
}
