/* SPDX-License-Identifier: BSD-2-Clause */
/* Saving and restoring a machine over QMP (QEMU's qapi/migration.json). */
#include "qemu/migration.h"

#include "unit/fake/peer.h"
#include "unit/fake/workplace.h"

#define STATUS(word) "{\"return\": {\"status\": \"" word "\"}}\r\n"
#define SHARED "{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true}]}"

static void run_save(const struct step *steps, const char *path, const char *uri, const char *words)
{
	g_autofree char *shared = NULL, *arguments = NULL;
	GError *error = NULL;
	struct peer peer;
	struct qmp qmp;
	gboolean saved;

	peer_start(&peer, steps, TRUE);
	qmp_init(&qmp, peer.ours, NULL, NULL);
	saved = migration_save(&qmp, path, &error);
	qmp_clear(&qmp);
	if (words == NULL) {
		g_assert_no_error(error);
		g_assert_true(saved);
		shared = peer_arguments(&peer, 0);
		arguments = peer_arguments(&peer, 1);
		g_assert_cmpstr(shared, ==, SHARED);
		g_assert_cmpstr(arguments, ==, uri);
	} else {
		g_assert_false(saved);
		assert_error_says(&error, BOOT_FAILED, words);
	}
	peer_end(&peer);
}

static void test_save(void)
{
	static const struct step steps[] = {
		{ "migrate-set-capabilities", PEER_DONE },
		{ "migrate", PEER_DONE },
		{ "query-migrate", "{\"return\": {}}\r\n" },
		{ "query-migrate", STATUS("none") },
		{ "query-migrate", STATUS("setup") },
		{ "query-migrate", STATUS("active") },
		{ "query-migrate", STATUS("device") },
		{ "query-migrate", STATUS("completed") },
		{ NULL, NULL },
	};

	run_save(steps, "stream", "{\"uri\":\"exec:cat >'stream'\"}", NULL);
	/* QEMU gives the text after exec: to a shell. */
	run_save(steps, "a b'; rm -rf $HOME", "{\"uri\":\"exec:cat >'a b'\\\\''; rm -rf $HOME'\"}", NULL);
}

static void test_save_fails(void)
{
	static const struct step no_capability[] = { { "migrate-set-capabilities", PEER_REFUSED("no such") },
		{ NULL, NULL } };
	static const struct step no_migration[] = { { "migrate-set-capabilities", PEER_DONE },
		{ "migrate", PEER_REFUSED("device cannot") }, { NULL, NULL } };
	static const struct step failed[] = { { "migrate-set-capabilities", PEER_DONE }, { "migrate", PEER_DONE },
		{ "query-migrate", STATUS("active") }, { "query-migrate", STATUS("failed") }, { NULL, NULL } };
	static const struct step gone[] = { { "migrate-set-capabilities", PEER_DONE }, { "migrate", PEER_DONE },
		{ "query-migrate", STATUS("active") }, { "query-migrate", NULL }, { NULL, NULL } };

	run_save(no_capability, "a", NULL, "no such");
	run_save(no_migration, "a", NULL, "device cannot");
	run_save(failed, "a", NULL, "query-migrate says \"failed\"");
	run_save(gone, "a", NULL, "closed its QMP socket");
}

/* second: the arguments of a second attempt; NULL where no second attempt must be made. */
static void run_restore(const struct step *steps, const char *second, const char *words)
{
	g_autofree char *first = NULL, *again = NULL;
	GError *error = NULL;
	struct peer peer;
	struct qmp qmp;
	gboolean restored;

	peer_start(&peer, steps, TRUE);
	qmp_init(&qmp, peer.ours, NULL, NULL);
	restored = migration_restore(&qmp, &error);
	qmp_clear(&qmp);
	if (words == NULL)
		g_assert_no_error(error);
	else
		assert_error_says(&error, BOOT_FAILED, words);
	g_assert_cmpint(restored, ==, words == NULL);
	if (peer.asked->len > 1) {
		first = peer_arguments(&peer, 1);
		g_assert_cmpstr(first, ==, "{\"uri\":\"file:/proc/self/fd/11\"}");
	}
	if (second != NULL) {
		again = peer_arguments(&peer, 2);
		g_assert_cmpstr(again, ==, second);
	}
	peer_end(&peer);
}

/* The restore is over when QEMU's state is no longer "inmigrate", whatever it is then. */
static void test_restore(void)
{
	static const struct step by_file[] = { { "migrate-set-capabilities", PEER_DONE },
		{ "migrate-incoming", PEER_DONE }, { "query-status", STATUS("inmigrate") },
		{ "query-status", STATUS("inmigrate") }, { "query-status", STATUS("paused") }, { NULL, NULL } };
	static const struct step by_fd[] = { { "migrate-set-capabilities", PEER_DONE },
		{ "migrate-incoming", PEER_REFUSED("unknown migration protocol: file:") },
		{ "migrate-incoming", PEER_DONE }, { "query-status", STATUS("prelaunch") }, { NULL, NULL } };

	run_restore(by_file, NULL, NULL);
	run_restore(by_fd, "{\"uri\":\"fd:11\"}", NULL);
}

static void test_restore_fails(void)
{
	static const struct step neither[] = { { "migrate-set-capabilities", PEER_DONE },
		{ "migrate-incoming", PEER_REFUSED("no file:") }, { "migrate-incoming", PEER_REFUSED("no fd:") },
		{ NULL, NULL } };
	static const struct step no_capability[] = { { "migrate-set-capabilities", PEER_REFUSED("no such") },
		{ NULL, NULL } };
	static const struct step gone[] = { { "migrate-set-capabilities", PEER_DONE },
		{ "migrate-incoming", PEER_DONE }, { "query-status", STATUS("inmigrate") }, { "query-status", NULL },
		{ NULL, NULL } };

	run_restore(neither, "{\"uri\":\"fd:11\"}", "no file:");
	run_restore(neither, "{\"uri\":\"fd:11\"}", "no fd:");
	run_restore(no_capability, NULL, "no such");
	run_restore(gone, NULL, "closed its QMP socket");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/migration/save", test_save);
	g_test_add_func("/migration/save-fails", test_save_fails);
	g_test_add_func("/migration/restore", test_restore);
	g_test_add_func("/migration/restore-fails", test_restore_fails);
	return g_test_run();
}
