/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --save: each call of the app to the volume fails once, and the power fails once at each. The old file or the new one
 * is whole in every case, and a later run leaves the new file alone.
 */
#include <string.h>

#include "unit/store/fake_volume.h"

static const char old_bytes[] = "the old file, which is longer than the new one", new_bytes[] = "the new file",
		  junk[] = "the new fi";

/* What is on the volume before a run. */
struct before {
	const char *name;
	const char *file, *new, *other; /* NULL for a file that is not there */
	gboolean no_rename;
	gboolean new_is_old; /* new is the only whole copy of the old file */
};

static const struct before befores[] = {
	{ "nothing", NULL, NULL, NULL, FALSE, FALSE },
	{ "an old file", old_bytes, NULL, NULL, FALSE, FALSE },
	{ "an old file and an unfinished one", old_bytes, junk, NULL, FALSE, FALSE },
	{ "an old file and two unfinished ones", old_bytes, junk, junk, FALSE, FALSE },
	{ "an old file without its name", NULL, old_bytes, NULL, FALSE, TRUE },
	{ "an old file without its name and an unfinished one", NULL, old_bytes, junk, FALSE, TRUE },
	{ "no renaming: nothing", NULL, NULL, NULL, TRUE, FALSE },
	{ "no renaming: an old file", old_bytes, NULL, NULL, TRUE, FALSE },
	{ "no renaming: an old file and unfinished ones", old_bytes, junk, junk, TRUE, FALSE },
	{ "no renaming: an old file without its name", NULL, old_bytes, NULL, TRUE, TRUE },
};

static void prepare(struct fake_volume *volume, const struct before *before)
{
	fake_volume_init(volume);
	volume->no_rename = before->no_rename;
	if (before->file != NULL)
		fake_volume_put(volume, "report", before->file);
	if (before->new != NULL)
		fake_volume_put(volume, "report.new", before->new);
	if (before->other != NULL)
		fake_volume_put(volume, "report.tmp", before->other);
}

static struct efi_call save(struct fake_volume *volume)
{
	return fake_volume_write(volume, "\\EFI\\report", new_bytes);
}

static gboolean is_whole(struct fake_volume *volume, const char *bytes)
{
	return fake_volume_has(volume, "report", bytes) || fake_volume_has(volume, "report.new", bytes) ||
	       fake_volume_has(volume, "report.tmp", bytes);
}

static void assert_whole(struct fake_volume *volume, const struct before *before)
{
	if (before->file != NULL)
		g_assert_true(fake_volume_has(volume, "report", old_bytes) || is_whole(volume, new_bytes));
	if (before->new_is_old)
		g_assert_true(is_whole(volume, old_bytes) || is_whole(volume, new_bytes));
}

static void assert_saved(struct fake_volume *volume)
{
	g_assert_true(fake_volume_has(volume, "report", new_bytes));
	g_assert_cmpuint(fake_volume_count(volume), ==, 1);
	g_assert_cmpuint(volume->open_files, ==, 0);
}

static unsigned calls_of(const struct before *before)
{
	struct fake_volume volume;

	prepare(&volume, before);
	g_assert_cmpuint(save(&volume).status, ==, EFI_SUCCESS);
	assert_saved(&volume);
	return volume.calls;
}

/* A later run, on a volume that does all that it is asked to. */
static void save_again(struct fake_volume *volume)
{
	volume->fail_at = 0;
	volume->cut_at = 0;
	g_assert_cmpuint(save(volume).status, ==, EFI_SUCCESS);
	assert_saved(volume);
}

static void test_failures(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(befores); i++) {
		unsigned calls = calls_of(&befores[i]);

		for (unsigned call = 1; call <= calls; call++) {
			struct fake_volume volume;

			prepare(&volume, &befores[i]);
			volume.fail_at = call;
			if (save(&volume).status == EFI_SUCCESS)
				g_assert_true(fake_volume_has(&volume, "report", new_bytes));
			g_assert_cmpuint(volume.open_files, ==, 0);
			assert_whole(&volume, &befores[i]);
			save_again(&volume);
		}
	}
}

static void cut_at(struct fake_volume *volume, unsigned call)
{
	jmp_buf off;

	volume->cut_at = call;
	volume->off = &off;
	if (setjmp(off) == 0) {
		(void)save(volume);
		g_assert_not_reached();
	}
}

static void test_power_cuts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(befores); i++) {
		unsigned calls = calls_of(&befores[i]);

		for (unsigned call = 1; call <= calls; call++) {
			struct fake_volume volume;

			prepare(&volume, &befores[i]);
			cut_at(&volume, call);
			assert_whole(&volume, &befores[i]);
			save_again(&volume);
		}
	}
}

/* The old file is untouched, and what was written of the new one is removed. */
static void test_full(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(befores); i++) {
		struct fake_volume volume;
		struct efi_call call;

		prepare(&volume, &befores[i]);
		volume.room = sizeof(new_bytes) - 3;
		call = save(&volume);
		g_assert_cmpuint(call.status, ==, EFI_VOLUME_FULL);
		g_assert_cmpstr(call.name, ==, "Write");
		if (befores[i].file != NULL)
			g_assert_true(fake_volume_has(&volume, "report", old_bytes));
		if (befores[i].new_is_old)
			g_assert_true(fake_volume_has(&volume, "report.new", old_bytes));
		g_assert_false(is_whole(&volume, junk) && befores[i].other == NULL);
		volume.room = FAKE_ROOM;
		save_again(&volume);
	}
}

static void test_folder(void)
{
	static const char *const names[] = { "report", "report.new" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct fake_volume volume;

		fake_volume_init(&volume);
		fake_volume_put(&volume, names[i], "");
		fake_volume_find(&volume, names[i])->is_folder = TRUE;
		g_assert_cmpuint(save(&volume).status, ==, EFI_ACCESS_DENIED);
		g_assert_cmpuint(fake_volume_count(&volume), ==, 1);
		g_assert_cmpuint(volume.open_files, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/volume/failures", test_failures);
	g_test_add_func("/volume/power-cuts", test_power_cuts);
	g_test_add_func("/volume/full", test_full);
	g_test_add_func("/volume/folder", test_folder);
	return g_test_run();
}
