/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/interrupt_table.h"

#include <stdlib.h>

#include "unit/firmware/mock.h"
#include "unit/firmware/mock_ring0.h"

unsigned mock_tables;
uint8_t mock_table_counted;

/* In the place of firmware/x86_64/interrupt_table.c, whose LIDT cannot be executed here. */
struct efi_call interrupt_table_load(const struct firmware *firmware, uint8_t counted, void **ret_table)
{
	struct efi_call call = efi_call("AllocatePool", firmware->boot->AllocatePool(EfiLoaderData, 64, ret_table));

	mock.is_probing = true;
	mock_table_counted = counted;
	if (call.status == EFI_SUCCESS)
		mock_tables++;
	else
		*ret_table = NULL;
	return call;
}

void interrupt_table_unload(void *table)
{
	mock_tables--;
	g_assert_nonnull(table);
	mock_take_back(table, "pool");
	free(table);
}

void interrupt_table_share(const void *table, struct table_register *ret_before)
{
	g_assert_nonnull(table);
	*ret_before = (struct table_register){ .limit = 1 };
	g_assert_cmpuint(mock_processor(), !=, 0);
}

void interrupt_table_unshare(const struct table_register *theirs)
{
	g_assert_cmpuint(theirs->limit, ==, 1);
}
