/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows from a command line: defaults, paths beside the program, a domain's words, and where things are kept. */
#include "unit/fake/fake_run.h"

static void test_defaults(void)
{
	char *argv[] = { (char *)"kvmleaf-boot", NULL };
	struct settings settings;

	g_assert_true(settings_parse(&settings, 1, argv, NULL));
	g_assert_cmpstr(settings.accel, ==, "auto");
	g_assert_cmpstr(settings.qemu, ==, "qemu-system-x86_64");
	g_assert_cmpstr(settings.unknown, ==, "");
	g_assert_true(settings.one_boot);
	g_assert_false(settings.inside);
	g_assert_false(settings.own_cases);
	g_assert_cmpuint(settings.shard_index, ==, 0);
	g_assert_cmpuint(settings.shard_count, ==, 1);
	g_assert_null(settings.cache);
	settings_clear(&settings);
}

/* settings_parse of one more word than --random=1, for what a run of cases takes. */
static gboolean parse_word(struct settings *settings, const char *word, GError **error)
{
	char *argv[] = { (char *)"kvmleaf-boot", (char *)"--random=1", (char *)word, NULL };

	return settings_parse(settings, 3, argv, error);
}

static void test_shards(void)
{
	static const char *const bad[] = { "0/2", "3/2", "1/0", "1/10001", "1", "1/2/3", "/2", "1/", "a/b", "-1/2", "",
		"1/ 2" };
	static const struct {
		const char *text;
		unsigned index, count;
	} good[] = { { "1/1", 0, 1 }, { "2/3", 1, 3 }, { "10000/10000", 9999, 10000 } };
	struct settings settings;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *word = g_strconcat("--shard=", good[i].text, NULL);

		g_assert_true(parse_word(&settings, word, NULL));
		g_assert_cmpuint(settings.shard_index, ==, good[i].index);
		g_assert_cmpuint(settings.shard_count, ==, good[i].count);
		settings_clear(&settings);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *word = g_strconcat("--shard=", bad[i], NULL);
		g_autofree char *why = g_strdup_printf("--shard=%s: expected K/N, K from 1 to N", bad[i]);
		GError *error = NULL;

		g_assert_false(parse_word(&settings, word, &error));
		g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
		g_assert_cmpstr(error->message, ==, why);
		g_error_free(error);
		settings_clear(&settings);
	}
}

/* Random masks alone are what --random asks for, unless other cases are named. */
static void test_random_globs(void)
{
	struct settings settings;

	g_assert_true(parse_word(&settings, "--cold", NULL));
	g_assert_cmpuint(g_strv_length(settings.globs), ==, 1);
	g_assert_cmpstr(settings.globs[0], ==, "random-*");
	settings_clear(&settings);
	g_assert_true(parse_word(&settings, "--case=tcg", NULL));
	g_assert_cmpstr(settings.globs[0], ==, "tcg");
	settings_clear(&settings);
	g_assert_true(parse_word(&settings, "--rerun=x", NULL));
	g_assert_null(settings.globs);
	settings_clear(&settings);
	g_assert_true(parse_word(&settings, "--cases=x", NULL));
	g_assert_true(settings.own_cases);
	g_assert_cmpstr(settings.cases, ==, "x");
	settings_clear(&settings);
}

/* A domain stands for --accel, --machine, --cpu and --smp. */
static void test_domain(void)
{
	static const char kvm[] = "<domain type='kvm'><vcpu>3</vcpu><cpu mode='host-passthrough'/></domain>";
	static const char qemu[] = "<domain type='qemu'><os><type machine='q35'/></os></domain>";
	static const struct {
		const char *domain, *line, *accel, *machine, *cpu, *why;
		int smp;
	} rows[] = { { kvm, "--accel=auto", "auto", "pc", "host", NULL, 3 },
		{ kvm, "--accel=nested", "nested", "pc", "host", NULL, 3 },
		{ qemu, "--accel=tcg", "tcg", "q35", "qemu64", NULL, 1 }, { qemu, "", "tcg", "q35", "qemu64", NULL, 1 },
		{ kvm, "", "auto", "pc", "host", NULL, 3 },
		{ qemu, "--accel=kvm", NULL, NULL, NULL, "--accel=kvm: not with this domain, whose type is qemu", 0 },
		{ qemu, "--accel=auto", NULL, NULL, NULL, "--accel=auto: not with this domain", 0 },
		{ "<network/>", "", NULL, NULL, NULL, "expected a libvirt <domain>", 0 } };
	struct fake_run run;

	fake_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *word = g_strdup_printf("--libvirt=%s/d.xml", run.folder);
		char *argv[] = { (char *)"kvmleaf-boot", word, (char *)rows[i].line, NULL };
		struct settings settings;
		GError *error = NULL;

		fake_write(&run, "d.xml", rows[i].domain, -1);
		g_assert_cmpint(settings_parse(&settings, *rows[i].line != '\0' ? 3 : 2, argv, &error), ==,
			rows[i].why == NULL);
		if (rows[i].why != NULL) {
			g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
			g_assert_nonnull(strstr(error->message, rows[i].why));
			g_clear_error(&error);
		} else {
			g_assert_cmpstr(settings.accel, ==, rows[i].accel);
			g_assert_cmpstr(settings.machine, ==, rows[i].machine);
			g_assert_cmpstr(settings.cpu, ==, rows[i].cpu);
			g_assert_cmpint(settings.smp, ==, rows[i].smp);
		}
		settings_clear(&settings);
	}
	fake_clear(&run);
}

/* Each part that is missing is named, with what to do about it; what the user named is his own mistake. */
static void test_missing_parts(void)
{
	static const struct {
		const char *line, *gone, *why;
		int code;
	} rows[] = { { "--qemu=/nonexistent/qemu", NULL, "/nonexistent/qemu cannot be run (", BOOT_SETUP },
		{ "--app=@/typo.efi", NULL, "/typo.efi is not there; 'make all' builds it, --app names another",
			BOOT_SETUP },
		{ "--firmware=x", NULL, "--firmware=x: expected CODE:VARS, two files", BOOT_USAGE },
		{ "--firmware=x:y", NULL, "firmware named by --firmware: ", BOOT_SETUP },
		{ "--disk=@/typo.img", NULL, "/typo.img: no such file", BOOT_USAGE },
		{ "--disk=@/images", NULL, "/images: no such file", BOOT_USAGE },
		{ "--cache=@/CODE.fd/cache", NULL, "/CODE.fd/cache: cannot be written: ", BOOT_SETUP },
		{ "", "x86_64/launcher.efi", "/launcher.efi is not there; 'make all' builds it", BOOT_SETUP },
		{ "", "x86_64/returns.efi", "/returns.efi is not there; 'make all' builds it", BOOT_SETUP } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_run run;

		fake_init(&run);
		if (rows[i].gone != NULL)
			fake_remove(&run, rows[i].gone);
		g_assert_false(fake_parse(&run, rows[i].line));
		g_assert_error(run.error, BOOT_ERROR, rows[i].code);
		fake_assert_why(&run, rows[i].why);
		settings_clear(&run.settings);
		fake_clear(&run);
	}
}

/* Inside the nested host neither QEMU's version nor launcher and trial are looked for: captured guests are given. */
static void test_inside(void)
{
	struct fake_run run;

	fake_init(&run);
	g_setenv("KVMLEAF_NESTED_HOST", "1", TRUE);
	fake_remove(&run, "x86_64/launcher.efi");
	fake_remove(&run, "x86_64/returns.efi");
	g_assert_true(fake_parse(&run, "--qemu=/nonexistent"));
	g_assert_true(run.settings.inside);
	settings_clear(&run.settings);
	g_unsetenv("KVMLEAF_NESTED_HOST");
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settings/defaults", test_defaults);
	g_test_add_func("/settings/shards", test_shards);
	g_test_add_func("/settings/random-globs", test_random_globs);
	g_test_add_func("/settings/domain", test_domain);
	g_test_add_func("/settings/missing-parts", test_missing_parts);
	g_test_add_func("/settings/inside", test_inside);
	return g_test_run();
}
