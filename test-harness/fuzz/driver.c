/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target where there is no libFuzzer, with the part of libFuzzer's command line that run.sh uses. Given
 * only files, it runs each once. Given folders, it reads their files and runs random changes of them; inputs that reach
 * new code are written to the first folder. The target runs in a child, so that the input survives a crash.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "fuzz.h"

enum { FOUND = 77, MAP_SIZE = 1 << 16, LEAK_STATUS = 23 };

struct options {
	const char *artifacts, *dictionary;
	unsigned seconds, seed, timeout, megabytes;
	GPtrArray *paths;
	gboolean replays; /* files alone */
};

/* Memory that both processes share. */
static struct {
	size_t length;
	unsigned long executed, added;
	uint8_t input[INPUT_MAX];
} * shared;

static uint8_t seen[MAP_SIZE];
static gboolean reached_new;
extern const char __executable_start[];     /* the linker's */
int __lsan_do_recoverable_leak_check(void); /* the sanitizer's; 0 for none */

/* gcc's -fsanitize-coverage=trace-pc calls this in every basic block. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
	uintptr_t at = (uintptr_t)__builtin_return_address(0) - (uintptr_t)__executable_start;
	uint8_t *block = &seen[(at ^ at >> 16) % MAP_SIZE];

	reached_new |= *block == 0;
	*block = 1;
}

/* Sanitizers end the process by abort. GLib's caches are not leaks. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "abort_on_error=1:detect_leaks=1:allocator_may_return_null=1:hard_rss_limit_mb=1024";
}

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static const char *value_of(const char *argument, const char *name)
{
	return g_str_has_prefix(argument, name) ? argument + strlen(name) : NULL;
}

static void read_options(struct options *options, char **arguments)
{
	static const char *const names[] = { "-max_total_time=", "-seed=", "-timeout=", "-rss_limit_mb=" };
	unsigned *const numbers[] = { &options->seconds, &options->seed, &options->timeout, &options->megabytes };

	options->paths = g_ptr_array_new();
	options->replays = TRUE;
	options->artifacts = "";
	options->timeout = 10;
	options->megabytes = 1024;
	for (; *arguments != NULL; arguments++) {
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
			if (value_of(*arguments, names[i]) != NULL)
				*numbers[i] = (unsigned)strtoul(value_of(*arguments, names[i]), NULL, 10);
		if (value_of(*arguments, "-artifact_prefix=") != NULL)
			options->artifacts = value_of(*arguments, "-artifact_prefix=");
		else if (value_of(*arguments, "-dict=") != NULL)
			options->dictionary = value_of(*arguments, "-dict=");
		else if (**arguments != '-') {
			g_ptr_array_add(options->paths, *arguments);
			options->replays = options->replays && !g_file_test(*arguments, G_FILE_TEST_IS_DIR);
		}
	}
}

/* The input is copied to memory of its exact size, so that ASan notices a read of one byte too many. */
static void execute(const struct options *options, size_t length)
{
	g_autofree uint8_t *exact = g_memdup2(shared->input, length);
	struct rusage usage;

	shared->length = length;
	(void)alarm(options->timeout);
	(void)LLVMFuzzerTestOneInput(exact != NULL ? exact : (const uint8_t *)"", length);
	(void)alarm(0);
	shared->executed++;
	if (getrusage(RUSAGE_SELF, &usage) == 0 && (unsigned long)usage.ru_maxrss / 1024 > options->megabytes) {
		fprintf(stderr, "this input took more than %u MiB\n", options->megabytes);
		abort();
	}
}

/* Longer inputs are truncated. */
static gboolean load(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length;

	if (!g_file_get_contents(path, &bytes, &length, NULL))
		return FALSE;
	shared->length = MIN(length, INPUT_MAX);
	memcpy(shared->input, bytes, shared->length);
	return TRUE;
}

static void remember(const struct corpus *corpus)
{
	g_ptr_array_add(corpus->inputs, g_bytes_new(shared->input, shared->length));
	reached_new = FALSE;
}

static void load_folder(const struct options *options, const struct corpus *corpus, const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (!load(path))
			continue;
		execute(options, shared->length);
		remember(corpus);
	}
	if (dir != NULL)
		g_dir_close(dir);
}

static char *name_of_input(const char *before)
{
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA1, shared->input, shared->length);

	return g_strconcat(before, sum, NULL);
}

static void keep(const struct options *options, const struct corpus *corpus)
{
	g_autofree char *name = name_of_input("");
	g_autofree char *path = g_build_filename(g_ptr_array_index(options->paths, 0), name, NULL);

	remember(corpus);
	shared->added++;
	(void)g_file_set_contents(path, (const char *)shared->input, (gssize)shared->length, NULL);
}

static void fuzz(const struct options *options)
{
	struct corpus corpus = { .inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		.words = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		.random = g_rand_new_with_seed(options->seed) };
	gint64 end = g_get_monotonic_time() + (gint64)options->seconds * G_USEC_PER_SEC;

	if (options->dictionary != NULL)
		read_dictionary(&corpus, options->dictionary);
	for (guint i = 0; i < options->paths->len; i++)
		load_folder(options, &corpus, g_ptr_array_index(options->paths, i));
	if (corpus.inputs->len == 0) {
		shared->length = 0;
		remember(&corpus);
	}
	while (g_get_monotonic_time() < end) {
		execute(options, mutate(&corpus, shared->input));
		if (reached_new)
			keep(options, &corpus);
	}
	g_ptr_array_unref(corpus.inputs);
	g_ptr_array_unref(corpus.words);
	g_rand_free(corpus.random);
}

static void replay(const struct options *options)
{
	for (guint i = 0; i < options->paths->len; i++) {
		const char *path = g_ptr_array_index(options->paths, i);

		fprintf(stderr, "Running: %s\n", path);
		if (!load(path)) {
			fprintf(stderr, "%s cannot be read\n", path);
			exit(1);
		}
		execute(options, shared->length);
		if (__lsan_do_recoverable_leak_check() != 0)
			abort();
	}
}

/* Prints how the child ended, and keeps the input that killed it. */
static int conclude(const struct options *options, int status)
{
	gboolean timed_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
	g_autofree char *name = name_of_input(timed_out ? "timeout-" : "crash-");
	g_autofree char *path = g_strconcat(options->artifacts, name, NULL);

	fprintf(stderr, "stat::number_of_executed_units: %lu\n", shared->executed);
	fprintf(stderr, "stat::new_units_added: %lu\n", shared->added);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == LEAK_STATUS)
		fprintf(stderr,
			"one of the inputs, not this, leaks: those in the first folder, run alone, tell which\n");
	if (timed_out)
		fprintf(stderr, "this input took more than %u seconds\n", options->timeout);
	if (g_file_set_contents(path, (const char *)shared->input, (gssize)shared->length, NULL))
		fprintf(stderr, "kept: %s\n", path);
	return FOUND;
}

int main(int argc, char **argv)
{
	struct options options = { .seed = 1 };
	int status;
	pid_t child;

	read_options(&options, argv + 1);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(shared != MAP_FAILED);
	fprintf(stderr, "seed: %u\n", options.seed);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		(void)LLVMFuzzerInitialize(&argc, &argv);
		(options.replays ? replay : fuzz)(&options);
		exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	return conclude(&options, status);
}
