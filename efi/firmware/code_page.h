/* SPDX-License-Identifier: BSD-2-Clause */
/* A page with a copy of some code, which can be executed there and stays after the app has been unloaded. */
#ifndef KVMLEAF_FIRMWARE_CODE_PAGE_H
#define KVMLEAF_FIRMWARE_CODE_PAGE_H

#include "firmware/firmware.h"
#include "firmware/leaf_reader.h"

/* Initialize with { 0 }: that owns nothing. */
struct code_page {
	const struct firmware *firmware;
	EFI_PHYSICAL_ADDRESS address; /* 0 for none */
	bool made_executable;
};

/* ret_page may own a page also where this fails. */
struct efi_call code_page_make(const struct firmware *firmware, struct machine_code code, struct code_page *ret_page);
void code_page_free(struct code_page *page);
/* Gives up the ownership: the page is never freed. */
void code_page_leave(struct code_page *page);
#define AUTO_CODE_PAGE __attribute__((cleanup(code_page_free))) struct code_page

#endif
