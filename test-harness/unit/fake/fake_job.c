/* SPDX-License-Identifier: BSD-2-Clause */
/* The job of a nested host, a tar archive, of which the fake QEMU keeps a copy. */
#include "base/process.h"
#include "unit/fake/fake_run.h"

enum { TAR_SECONDS = 60 };

static char *run_tar(const struct fake_run *run, const char *options, const char *nested_host, const char *member)
{
	g_autofree char *path = g_strdup_printf("%s/jobs/%s.tar", run->folder, nested_host);
	const char *command[] = { "tar", options, path, member, NULL };
	GError *error = NULL;
	char *output = process_output(command, TAR_SECONDS, &error);

	g_assert_no_error(error);
	return output;
}

char *fake_job_file(const struct fake_run *run, const char *nested_host, const char *name)
{
	g_autofree char *member = g_strconcat("./", name, NULL);

	return run_tar(run, "-xOf", nested_host, member);
}

char *fake_job_list(const struct fake_run *run, const char *nested_host)
{
	return run_tar(run, "-tf", nested_host, NULL);
}

json_t *fake_job_cases(const struct fake_run *run, const char *nested_host)
{
	g_autofree char *text = fake_job_file(run, nested_host, "cases.json");
	json_error_t error;
	json_t *cases = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_array(cases))
		g_error("cases.json is no array: %s", text);
	return cases;
}

void fake_assert_job_cases(const struct fake_run *run, const char *nested_host, const char *names)
{
	json_t *cases = fake_job_cases(run, nested_host);
	g_autoptr(GString) found = g_string_new(NULL);
	json_t *one;
	size_t i;

	json_array_foreach (cases, i, one)
		g_string_append_printf(
			found, "%s%s", i > 0 ? " " : "", json_string_value(json_object_get(one, "name")));
	g_assert_cmpstr(found->str, ==, names);
	json_decref(cases);
}
