/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/shared_page.h"

enum { PAGES = 1, PAGE_BYTES = 4096, BUS_MASTER_COMMON_BUFFER_64 = 5 };

/* EDKII_IOMMU_PROTOCOL */
struct iommu {
	UINT64 revision;
	void *set_attribute;
	EFI_STATUS(EFIAPI *map)
	(struct iommu *self, UINT32 operation, void *host_address, UINTN *bytes, EFI_PHYSICAL_ADDRESS *device_address,
		void **mapping);
	EFI_STATUS(EFIAPI *unmap)(struct iommu *self, void *mapping);
	/* type: ignored. memory_type: EfiBootServicesData or EfiRuntimeServicesData. */
	EFI_STATUS(EFIAPI *allocate_buffer)
	(struct iommu *self, EFI_ALLOCATE_TYPE type, EFI_MEMORY_TYPE memory_type, UINTN pages, void **host_address,
		UINT64 attributes);
	EFI_STATUS(EFIAPI *free_buffer)(struct iommu *self, UINTN pages, void *host_address);
};

/* A buffer for a device and the CPU at once, which Map() decrypts where it is. */
static BOOLEAN allocate_decrypted(struct iommu *iommu, struct shared_page *page)
{
	UINTN bytes = PAGE_BYTES;

	if (iommu->allocate_buffer(iommu, AllocateAnyPages, EfiRuntimeServicesData, PAGES, &page->bytes, 0) !=
		EFI_SUCCESS) {
		page->bytes = NULL;
		return FALSE;
	}
	if (iommu->map(iommu, BUS_MASTER_COMMON_BUFFER_64, page->bytes, &bytes, &page->address, &page->mapping) ==
		EFI_SUCCESS) {
		page->iommu = iommu;
		if (bytes == PAGE_BYTES)
			return TRUE;
		shared_page_free(page);
		return FALSE;
	}
	(void)iommu->free_buffer(iommu, PAGES, page->bytes);
	page->bytes = NULL;
	return FALSE;
}

void shared_page_allocate(const struct firmware *firmware, BOOLEAN is_encrypted, struct shared_page *ret)
{
	EFI_GUID guid = { 0x4e939de9, 0xd948, 0x4b0f, { 0x88, 0xed, 0xe6, 0xe1, 0xce, 0x51, 0x7c, 0x1e } };
	void *iommu = NULL;

	*ret = (struct shared_page){ .boot = firmware->boot };
	if (is_encrypted)
		(void)protocol_anywhere(firmware, guid, &iommu);
	if (iommu != NULL && allocate_decrypted(iommu, ret))
		return;
	if (firmware->boot->AllocatePages(AllocateAnyPages, EfiReservedMemoryType, PAGES, &ret->address) != EFI_SUCCESS)
		return;
	/* UEFI maps memory so that virtual and physical addresses are the same (specification, 2.3.4). */
	ret->bytes = (void *)(UINTN)ret->address;
}

void shared_page_free(struct shared_page *page)
{
	if (page->bytes != NULL && page->iommu != NULL) {
		(void)page->iommu->unmap(page->iommu, page->mapping);
		(void)page->iommu->free_buffer(page->iommu, PAGES, page->bytes);
	} else if (page->bytes != NULL) {
		(void)page->boot->FreePages(page->address, PAGES);
	}
	page->bytes = NULL;
	page->iommu = NULL;
}
