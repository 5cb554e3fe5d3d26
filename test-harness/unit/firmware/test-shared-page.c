/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page that is shared with the host, which an encrypted guest gets from the firmware's IOMMU protocol (EDK2
 * MdeModulePkg/Include/Protocol/IoMmu.h, OvmfPkg/IoMmuDxe/CcIoMmu.c).
 */
#include <glib.h>
#include <string.h>

#undef LINE_MAX /* of the C library */
#include "firmware/x86_64/shared_page.h"

enum { PAGE = 4096, COMMON_BUFFER_64 = 5, MAPPING = 0x77 };

/* EDKII_IOMMU_PROTOCOL, and what was asked of it. */
static struct fake_iommu {
	UINT64 revision;
	void *set_attribute;
	EFI_STATUS(EFIAPI *map)(struct fake_iommu *, UINT32, void *, UINTN *, EFI_PHYSICAL_ADDRESS *, void **);
	EFI_STATUS(EFIAPI *unmap)(struct fake_iommu *, void *);
	EFI_STATUS(EFIAPI *allocate_buffer)
	(struct fake_iommu *, EFI_ALLOCATE_TYPE, EFI_MEMORY_TYPE, UINTN, void **, UINT64);
	EFI_STATUS(EFIAPI *free_buffer)(struct fake_iommu *, UINTN, void *);
} iommu;

static struct {
	bool has_iommu;
	EFI_STATUS allocate, map, pages;
	UINTN mapped; /* bytes */
	unsigned located, buffers, mappings, plain;
} fake;

static _Alignas(PAGE) uint8_t buffer[PAGE], plain[PAGE];

static EFI_STATUS EFIAPI map(struct fake_iommu *self, UINT32 operation, void *host_address, UINTN *bytes,
	EFI_PHYSICAL_ADDRESS *device_address, void **mapping)
{
	g_assert_true(self == &iommu && host_address == buffer);
	g_assert_cmpuint(operation, ==, COMMON_BUFFER_64);
	g_assert_cmpuint(*bytes, ==, PAGE);
	if (fake.map != EFI_SUCCESS)
		return fake.map;
	*bytes = fake.mapped;
	*device_address = 0x123000;
	*mapping = (void *)(UINTN)MAPPING;
	fake.mappings++;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI unmap(struct fake_iommu *self, void *mapping)
{
	g_assert_true(self == &iommu && mapping == (void *)(UINTN)MAPPING);
	fake.mappings--;
	return EFI_SUCCESS;
}

/* Accepts only the two memory types that the protocol allows. */
static EFI_STATUS EFIAPI allocate_buffer(struct fake_iommu *self, EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory_type,
	UINTN pages, void **host_address, UINT64 attributes)
{
	(void)type;
	g_assert_true(self == &iommu && pages == 1 && attributes == 0);
	g_assert_true(memory_type == EfiBootServicesData || memory_type == EfiRuntimeServicesData);
	/* The page may have to stay: the operating system must not take it for free memory. */
	g_assert_true(memory_type != EfiBootServicesData);
	if (fake.allocate != EFI_SUCCESS)
		return fake.allocate;
	*host_address = buffer;
	fake.buffers++;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_buffer(struct fake_iommu *self, UINTN pages, void *host_address)
{
	g_assert_true(self == &iommu && pages == 1 && host_address == buffer);
	/* CcIoMmu.c: the mapping must have ended before. */
	g_assert_cmpuint(fake.mappings, ==, 0);
	fake.buffers--;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, void *registration, void **ret)
{
	static const EFI_GUID expected = { 0x4e939de9, 0xd948, 0x4b0f,
		{ 0x88, 0xed, 0xe6, 0xe1, 0xce, 0x51, 0x7c, 0x1e } };

	(void)registration;
	g_assert_cmpmem(guid, sizeof(*guid), &expected, sizeof(expected));
	fake.located++;
	*ret = fake.has_iommu ? &iommu : NULL;
	return fake.has_iommu ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI allocate_pages(
	EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory_type, UINTN pages, EFI_PHYSICAL_ADDRESS *address)
{
	g_assert_cmpint(type, ==, AllocateAnyPages);
	g_assert_cmpint(memory_type, ==, EfiReservedMemoryType);
	g_assert_cmpuint(pages, ==, 1);
	if (fake.pages != EFI_SUCCESS)
		return fake.pages;
	*address = (UINTN)plain;
	fake.plain++;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS address, UINTN pages)
{
	g_assert_true(address == (UINTN)plain && pages == 1);
	fake.plain--;
	return EFI_SUCCESS;
}

static EFI_BOOT_SERVICES boot;

static void shared_page_row(BOOLEAN is_encrypted, const void *bytes, EFI_PHYSICAL_ADDRESS address, bool by_iommu)
{
	struct firmware firmware = { .boot = &boot };
	struct shared_page page;

	iommu = (struct fake_iommu){ 0x10000, NULL, map, unmap, allocate_buffer, free_buffer };
	boot.LocateProtocol = locate_protocol;
	boot.AllocatePages = allocate_pages;
	boot.FreePages = free_pages;
	shared_page_allocate(&firmware, is_encrypted, &page);
	g_assert_true(page.bytes == bytes);
	g_assert_cmpint(page.iommu != NULL, ==, by_iommu);
	if (bytes != NULL)
		g_assert_cmphex(page.address, ==, address);
	g_assert_cmpuint(fake.located, ==, is_encrypted);
	g_assert_cmpuint(fake.buffers + fake.plain, ==, bytes != NULL);
	shared_page_free(&page);
	shared_page_free(&page); /* once more does nothing */
	g_assert_cmpuint(fake.buffers + fake.mappings + fake.plain, ==, 0);
	memset(&fake, 0, sizeof(fake));
}

static void test_shared_page(void)
{
	fake.has_iommu = true;
	shared_page_row(FALSE, plain, (UINTN)plain, false);
	shared_page_row(TRUE, plain, (UINTN)plain, false);
	fake.has_iommu = true;
	fake.mapped = PAGE;
	shared_page_row(TRUE, buffer, 0x123000, true);
	/* Whatever fails, the page is a plain one, and nothing is left behind. */
	fake.has_iommu = true;
	fake.allocate = EFI_OUT_OF_RESOURCES;
	shared_page_row(TRUE, plain, (UINTN)plain, false);
	fake.has_iommu = true;
	fake.map = EFI_UNSUPPORTED;
	shared_page_row(TRUE, plain, (UINTN)plain, false);
	fake.has_iommu = true;
	fake.mapped = PAGE / 2;
	shared_page_row(TRUE, plain, (UINTN)plain, false);
	fake.pages = EFI_OUT_OF_RESOURCES;
	shared_page_row(FALSE, NULL, 0, false);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/shared-page/ways", test_shared_page);
	return g_test_run();
}
