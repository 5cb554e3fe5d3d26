/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial console as OVMF sends it, with terminal codes, doubled carriage returns, and prompts that end no line. */
#include "guest/console.h"

#include <string.h>

#define BEGIN "KVMLEAF-BEGIN version=0.1.0 source=cpu"
#define END "KVMLEAF-END verdict=kvm base=0x40000000 eax=0x01007afb edx=0x00000000 vcpus=1 report=written status=pass"
#define CLEAR "\033[2J\033[01;01H\033[=3h"

static const char transcript[] = CLEAR CLEAR "\033[2J\033[01;01H"
					     "BdsDxe: loading Boot0001 \"UEFI QEMU HARDDISK\" from PciRoot(0x0)\r\n"
					     "BdsDxe: starting Boot0001 \"UEFI QEMU HARDDISK\" from PciRoot(0x0)\r\n"
					     "\033[0m\033[37m\033[40m" BEGIN "\r\n"
					     "KVM. \033[1mHypervisor\033[0m bit set.\r\r\n"
					     "\r\n"
					     "KVMLEAF-JSON-BEGIN\r\n"
					     "{\"schema\":\"kvmleaf/1\",\r\n"
					     "\"problems\":[]}\r\n"
					     "KVMLEAF-JSON-END\r\n" END "\r\n"
					     "what comes after does not count\r\n" BEGIN "\r\n";

static void add_line(gpointer context, const char *line)
{
	g_string_append_printf(context, "%s|", line);
}

static void assert_pair(const struct console *console, const char *key, const char *value)
{
	g_assert_nonnull(console->end);
	g_assert_cmpstr(g_hash_table_lookup(console->end, key), ==, value);
}

static void assert_transcript(const struct console *console, const char *lines)
{
	g_assert_cmpstr(lines, ==, BEGIN "|KVM. Hypervisor bit set.||" END "|");
	g_assert_cmpuint(console->lines->len, ==, 4);
	g_assert_cmpstr(g_ptr_array_index(console->lines, 1), ==, "KVM. Hypervisor bit set.");
	g_assert_cmpstr(g_ptr_array_index(console->lines, 3), ==, END);
	g_assert_nonnull(console->json);
	g_assert_cmpstr(console->json->str, ==, "{\"schema\":\"kvmleaf/1\",\n\"problems\":[]}\n");
	g_assert_false(console->in_json);
	assert_pair(console, "verdict", "kvm");
	assert_pair(console, "base", "0x40000000");
	assert_pair(console, "eax", "0x01007afb");
	assert_pair(console, "edx", "0x00000000");
	assert_pair(console, "vcpus", "1");
	assert_pair(console, "report", "written");
	assert_pair(console, "status", "pass");
	g_assert_cmpuint(g_hash_table_size(console->end), ==, 7);
	g_assert_null(console->dead_end);
	g_assert_false(console->flooded);
	g_assert_cmpmem(console->raw->str, console->raw->len, transcript, sizeof(transcript) - 1);
}

/* Serial data come in pieces of any size, so each text is fed in pieces of each size. */
static void test_chunks(void)
{
	for (size_t size = 1; size <= sizeof(transcript); size++) {
		g_autoptr(GString) lines = g_string_new(NULL);
		struct console console;

		console_init(&console, add_line, lines);
		for (size_t at = 0; at < sizeof(transcript) - 1; at += size) {
			size_t length = MIN(size, sizeof(transcript) - 1 - at);
			g_autofree char *piece = g_memdup2(transcript + at, length);

			console_feed(&console, piece, length);
		}
		assert_transcript(&console, lines->str);
		console_clear(&console);
	}
}

static void feed(struct console *console, const char *text)
{
	console_init(console, NULL, NULL);
	console_feed(console, text, strlen(text));
}

static void test_nothing(void)
{
	struct console console;

	feed(&console, "");
	g_assert_false(console.begun);
	g_assert_null(console.end);
	g_assert_null(console.json);
	console_clear(&console);
	/* An end line without a begin line belongs to something else, or to an earlier boot. */
	feed(&console, END "\r\n");
	g_assert_null(console.end);
	g_assert_cmpuint(console.lines->len, ==, 0);
	console_clear(&console);
	/* Neither counts a line that only contains the word, or a line that has not ended. */
	feed(&console, BEGIN "\r\nsee " END "\r\nKVMLEAF-ENDING x=1\r\n" END);
	g_assert_true(console.begun);
	g_assert_null(console.end);
	console_clear(&console);
}

/* Later versions of the app may add keys to the end line, and an app that ended early writes fewer. */
static void test_pairs(void)
{
	struct console console;

	feed(&console, BEGIN "\nKVMLEAF-END report=off status=usage newkey=a=b flag empty=\n" END "\n");
	assert_pair(&console, "report", "off");
	assert_pair(&console, "status", "usage");
	assert_pair(&console, "newkey", "a=b");
	assert_pair(&console, "empty", "");
	assert_pair(&console, "flag", NULL);
	assert_pair(&console, "verdict", NULL);
	console_clear(&console);
}

static void test_json_frame(void)
{
	struct console console;

	/* A report that is not closed is kept as far as it came, and no line after it is taken for a line of the
	 * report. */
	feed(&console, BEGIN "\r\nKVMLEAF-JSON-BEGIN\r\n{\r\n" END "\r\n");
	g_assert_true(console.in_json);
	g_assert_null(console.end);
	g_assert_cmpuint(console.lines->len, ==, 1);
	console_clear(&console);
	feed(&console, BEGIN "\r\nKVMLEAF-JSON-BEGIN\r\nKVMLEAF-JSON-END\r\n" END "\r\n");
	g_assert_cmpstr(console.json->str, ==, "");
	assert_pair(&console, "status", "pass");
	console_clear(&console);
}

/* Texts after which the firmware waits for ever. */
static void test_dead_ends(void)
{
	static const char *const texts[] = {
		"!!!! X64 Exception Type - 0D(#GP - General Protection)  CPU Apic ID - 00000000 !!!!\r\n",
		"!!!! IA32 Exception Type - 0E(#PF - Page-Fault)  CPU Apic ID - 00000000 !!!!\r\n",
		"\033[1m\033[33m\033[40mShell> \033[0m",
		"Shell> ",
		"BdsDxe: No bootable option or device was found.\r\n",
		"BdsDxe: failed to start Boot0001 \"UEFI QEMU HARDDISK\" from PciRoot(0x0): Aborted\r\n",
		"BdsDxe: failed to load Boot0001 \"UEFI QEMU HARDDISK\" from PciRoot(0x0): Access Denied\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		for (size_t size = 1; size < 4; size++) {
			g_autofree char *text = g_strconcat(CLEAR, BEGIN "\r\n", texts[i], NULL);
			struct console console;

			console_init(&console, NULL, NULL);
			for (size_t at = 0; at < strlen(text); at += size)
				console_feed(&console, text + at, MIN(size, strlen(text) - at));
			g_assert_nonnull(console.dead_end);
			g_assert_nonnull(strstr(texts[i], console.dead_end));
			console_clear(&console);
		}
	}
}

static void test_no_dead_end(void)
{
	struct console console;

	feed(&console, "UEFI Interactive Shell v2.2\r\nShell\r\n> \r\nX64 Exception\r\nfailed to start a pump\r\n");
	g_assert_null(console.dead_end);
	console_clear(&console);
}

/* A terminal sequence that is cut off or unknown removes nothing but itself. */
static void test_escapes(void)
{
	struct console console;

	feed(&console, BEGIN "\r\na\033[31mb\033[01;02Hc\033[=3hd\033[2Je\033Mf\0337g\033[m\r\nh\r\n");
	g_assert_cmpuint(console.lines->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(console.lines, 1), ==, "abcdefg");
	g_assert_cmpstr(g_ptr_array_index(console.lines, 2), ==, "h");
	console_clear(&console);
	console_init(&console, NULL, NULL);
	console_feed(&console, BEGIN "\r\na\0b\n", sizeof(BEGIN "\r\na\0b\n") - 1);
	g_assert_cmpstr(g_ptr_array_index(console.lines, 1), ==, "ab");
	console_clear(&console);
}

static void test_flood(void)
{
	g_autofree char *piece = g_strnfill(CONSOLE_KEPT_MAX / 4, 'x');
	struct console console;

	feed(&console, BEGIN "\r\n");
	for (int i = 0; i < 3; i++)
		console_feed(&console, piece, CONSOLE_KEPT_MAX / 4);
	g_assert_false(console.flooded);
	for (int i = 0; i < 100; i++)
		console_feed(&console, piece, CONSOLE_KEPT_MAX / 4);
	g_assert_true(console.flooded);
	g_assert_cmpuint(console.raw->len, <=, CONSOLE_KEPT_MAX);
	g_assert_cmpuint(console.line->len, <=, CONSOLE_KEPT_MAX);
	console_clear(&console);
	/* Exactly the number of bytes that is kept is not a flood yet. */
	console_init(&console, NULL, NULL);
	for (int i = 0; i < 4; i++)
		console_feed(&console, piece, CONSOLE_KEPT_MAX / 4);
	g_assert_false(console.flooded);
	console_feed(&console, "x", 1);
	g_assert_true(console.flooded);
	console_clear(&console);
}

static void test_tail(void)
{
	struct console console;
	g_autofree char *two = NULL, *all = NULL, *none = NULL;

	feed(&console, "one\r\ntwo\r\n\033[31mthree\xff\r\nfour");
	two = console_tail(&console, 2);
	g_assert_nonnull(strstr(two, "three"));
	g_assert_nonnull(strstr(two, "four"));
	g_assert_null(strstr(two, "two"));
	for (const char *c = two; *c != '\0'; c++)
		g_assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
	all = console_tail(&console, 100);
	g_assert_true(g_str_has_prefix(all, "one"));
	console_clear(&console);
	feed(&console, "");
	none = console_tail(&console, 5);
	g_assert_cmpstr(none, ==, "");
	console_clear(&console);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/console/chunks", test_chunks);
	g_test_add_func("/console/nothing", test_nothing);
	g_test_add_func("/console/pairs", test_pairs);
	g_test_add_func("/console/json-frame", test_json_frame);
	g_test_add_func("/console/dead-ends", test_dead_ends);
	g_test_add_func("/console/no-dead-end", test_no_dead_end);
	g_test_add_func("/console/escapes", test_escapes);
	g_test_add_func("/console/flood", test_flood);
	g_test_add_func("/console/tail", test_tail);
	return g_test_run();
}
