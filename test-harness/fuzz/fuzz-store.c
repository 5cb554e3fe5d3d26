/* SPDX-License-Identifier: BSD-2-Clause */
/* A variable store, as a user gives it or as a guest left it. The input is the store. */
#include <string.h>

#include "fuzz.h"
#include "kvmleaf/report_variable.h"
#include "qemu/varstore.h"

enum { HEADER_SIZE = 60, NAME_SIZE_AT = 36, DATA_SIZE_AT = 40 };
#define GLOBAL_GUID "8be4df61-93ca-11d2-aa0d-00e098032b8c"

static uint32_t number(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* A variable that is found lies in the store, after its name and a header that has both lengths. */
static void find(const uint8_t *store, size_t size, const char *name, const char *guid)
{
	size_t name_size = 2 * (strlen(name) + 1);
	const uint8_t *header, *spelled;
	struct variable variable;
	GError *error = NULL;
	gboolean good = varstore_find(store, size, name, guid, &variable, &error);

	fuzz_result_or_error(good, error);
	if (variable.data == NULL)
		return;
	MUST(good && variable.data >= store && variable.data <= store + size);
	MUST(variable.length <= (size_t)(store + size - variable.data));
	MUST((size_t)(variable.data - store) >= HEADER_SIZE + name_size);
	spelled = variable.data - name_size;
	header = spelled - HEADER_SIZE;
	MUST(header[0] == 0xaa && header[1] == 0x55);
	MUST(number(header + NAME_SIZE_AT) == name_size && number(header + DATA_SIZE_AT) == variable.length);
	for (size_t i = 0; i < name_size / 2; i++)
		MUST(spelled[2 * i] == (uint8_t)name[i] && spelled[2 * i + 1] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)varstore_size(data, size);
	find(data, size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT);
	find(data, size, "BootOrder", GLOBAL_GUID);
	return 0;
}
