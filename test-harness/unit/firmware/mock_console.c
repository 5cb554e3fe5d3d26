/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: UEFI specification 2.10, 12.3 and 12.4. */
#include "unit/firmware/mock.h"

static EFI_STATUS EFIAPI output_string(SIMPLE_TEXT_OUTPUT_INTERFACE *self, CHAR16 *string)
{
	EFI_STATUS status = mock_call(MOCK_OutputString);

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	for (; *string != 0; string++) {
		g_assert_true((*string >= ' ' && *string <= '~') || *string == '\r' || *string == '\n');
		g_string_append_c(mock.console, (char)*string);
	}
	return EFI_SUCCESS;
}

/*
 * keys_waiting keys at first. After them the characters of keys are answered one at a time, a space by EFI_NOT_READY;
 * after the last one no key is pressed any more.
 */
static EFI_STATUS EFIAPI read_key_stroke(SIMPLE_INPUT_INTERFACE *self, EFI_INPUT_KEY *key)
{
	EFI_STATUS status = mock_call(MOCK_ReadKeyStroke);

	(void)self;
	if (status != EFI_SUCCESS)
		return status;
	*key = (EFI_INPUT_KEY){ .UnicodeChar = ' ' };
	if (mock.keys_waiting > 0) {
		mock.keys_waiting--;
		return EFI_SUCCESS;
	}
	if (mock.keys == NULL || *mock.keys == '\0')
		return EFI_NOT_READY;
	return *mock.keys++ == ' ' ? EFI_NOT_READY : EFI_SUCCESS;
}

SIMPLE_TEXT_OUTPUT_INTERFACE *mock_console_out(void)
{
	static SIMPLE_TEXT_OUTPUT_INTERFACE out = { .OutputString = output_string };

	return &out;
}

SIMPLE_INPUT_INTERFACE *mock_console_in(void)
{
	static SIMPLE_INPUT_INTERFACE in = { .ReadKeyStroke = read_key_stroke };

	return &in;
}
