/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"

_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *detail)
{
	fprintf(stderr, "%s:%d: does not hold: %s%s%s\n", file, line, condition, detail != NULL ? ": " : "",
		detail != NULL ? detail : "");
	abort();
}

/* GLib's messages about wrong calls are faults too. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
	return 0;
}

const char *fuzz_file(const void *bytes, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0);
	MUST(ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, bytes, size, 0) == (ssize_t)size);
	return path;
}

const char *fuzz_folder(void)
{
	static char *folder;

	if (folder == NULL)
		folder = g_dir_make_tmp("kvmleaf-fuzz-XXXXXX", NULL);
	MUST(folder != NULL);
	return folder;
}

void fuzz_write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "we");

	MUST(file != NULL);
	MUST(fwrite(bytes, 1, size, file) == size);
	MUST(fclose(file) == 0);
}

void fuzz_result_or_error(gboolean has_result, GError *error)
{
	MUST_SAY(has_result == (error == NULL), error != NULL ? error->message : "no error");
	if (error == NULL)
		return;
	MUST_SAY(error->domain == BOOT_ERROR, error->message);
	MUST_SAY(*error->message != '\0' && strchr(error->message, '\n') == NULL, error->message);
	g_error_free(error);
}
