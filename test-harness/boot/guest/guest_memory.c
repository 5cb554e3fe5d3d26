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

/* A part of the memory. */
struct part {
	gsize start, length;
};
typedef gboolean find_part(const uint8_t *bytes, gsize size, struct part *ret);

static gboolean find_all(const uint8_t *bytes, gsize size, struct part *ret)
{
	(void)bytes;
	*ret = (struct part){ 0, size };
	return TRUE;
}

/* From the end, since the store lies near it, and reading a page that the guest never used would allocate it. */
static gboolean find_store(const uint8_t *bytes, gsize size, struct part *ret)
{
	for (gsize at = size / PAGE_SIZE * PAGE_SIZE; at >= PAGE_SIZE;) {
		at -= PAGE_SIZE;
		*ret = (struct part){ at, varstore_size(bytes + at, size - at) };
		if (ret->length > 0 && ret->length <= size - at)
			return TRUE;
	}
	return FALSE;
}

static gboolean save(int memory, find_part *find, const char *path, GError **error)
{
	struct stat status;
	char *bytes = MAP_FAILED;
	struct part part;
	gboolean saved = FALSE;
	gsize size;

	if (fstat(memory, &status) == 0)
		bytes = mmap(NULL, (gsize)status.st_size, PROT_READ, MAP_SHARED, memory, 0);
	if (bytes == MAP_FAILED) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "a guest's memory: %s", g_strerror(errno));
		return FALSE;
	}
	size = (gsize)status.st_size;
	if (find((const uint8_t *)bytes, size, &part))
		saved = scratch_write(path, bytes + part.start, (gssize)part.length, error);
	else
		g_set_error(error, BOOT_ERROR, BOOT_FAILED, "there is none in the guest's memory");
	(void)munmap(bytes, size);
	return saved;
}

gboolean guest_memory_save(int memory, const char *path, GError **error)
{
	return save(memory, find_all, path, error);
}

gboolean guest_memory_save_store(int memory, const char *path, GError **error)
{
	return save(memory, find_store, path, error);
}
