/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest_memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/scratch.h"
#include "qemu/varstore.h"

/* UEFI allocates memory in pages of this size. The store is an allocation of its own, so that it begins with a page. */
enum { PAGE_SIZE = 4096 };

static gboolean fill(int memory, const char *content, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize length;

	if (!g_file_get_contents(content, &bytes, &length, error))
		return FALSE;
	for (gsize done = 0; done < length;) {
		ssize_t written = pwrite(memory, bytes + done, length - done, (off_t)done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			g_set_error(error, BOOT_ERROR, BOOT_SETUP, "memory for a guest: %s", g_strerror(errno));
			return FALSE;
		}
		done += (gsize)written;
	}
	return TRUE;
}

int guest_memory_make(gsize size, const char *content, GError **error)
{
	int memory = memfd_create("guest", MFD_CLOEXEC);

	if (memory < 0 || ftruncate(memory, (off_t)size) != 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "memory for a guest: %s", g_strerror(errno));
	else if (content == NULL || fill(memory, content, error))
		return memory;
	if (memory >= 0)
		(void)close(memory);
	return -1;
}

/* The memory, to be unmapped; NULL with an error. */
static void *map(int memory, gsize *ret_size, GError **error)
{
	struct stat status;
	void *bytes = MAP_FAILED;

	if (fstat(memory, &status) == 0)
		bytes = mmap(NULL, (gsize)status.st_size, PROT_READ, MAP_SHARED, memory, 0);
	if (bytes == MAP_FAILED) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "a guest's memory: %s", g_strerror(errno));
		return NULL;
	}
	*ret_size = (gsize)status.st_size;
	return bytes;
}

gboolean guest_memory_save(int memory, const char *path, GError **error)
{
	gsize size;
	void *bytes = map(memory, &size, error);
	gboolean saved;

	if (bytes == NULL)
		return FALSE;
	saved = scratch_write(path, bytes, (gssize)size, error);
	(void)munmap(bytes, size);
	return saved;
}

/* From the end, since the store lies near it, and reading a page that the guest never used would allocate it. */
static gboolean save_store_of(const uint8_t *bytes, gsize size, const char *path, GError **error)
{
	for (gsize at = size / PAGE_SIZE * PAGE_SIZE; at >= PAGE_SIZE;) {
		gsize length;

		at -= PAGE_SIZE;
		length = varstore_size(bytes + at, size - at);
		if (length > 0 && length <= size - at)
			return scratch_write(path, (const char *)bytes + at, (gssize)length, error);
	}
	g_set_error(error, BOOT_ERROR, BOOT_FAILED, "there is none in the guest's memory");
	return FALSE;
}

gboolean guest_memory_save_store(int memory, const char *path, GError **error)
{
	gsize size;
	void *bytes = map(memory, &size, error);
	gboolean saved;

	if (bytes == NULL)
		return FALSE;
	saved = save_store_of(bytes, size, path, error);
	(void)munmap(bytes, size);
	return saved;
}
