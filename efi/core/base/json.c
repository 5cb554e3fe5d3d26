/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/json.h"

void json_quoted(struct text *json, const char *string, size_t length)
{
	text_char(json, '"');
	for (size_t i = 0; i < length; i++) {
		char c = string[i];

		if (c == '"' || c == '\\')
			text_char(json, '\\');
		text_char(json, c >= ' ' && c <= '~' ? c : '?');
	}
	text_char(json, '"');
}

void json_name(struct text *json, const char *string)
{
	json_quoted(json, string, string_length(string));
}

void json_key(struct text *json, const char *key)
{
	if (json->length > 0 && json->data[json->length - 1] != '{')
		text_char(json, ',');
	json_name(json, key);
	text_char(json, ':');
}

void json_top_key(struct text *json, const char *key)
{
	text_string(json, ",\n");
	json_name(json, key);
	text_char(json, ':');
}

void json_separator(struct text *json)
{
	if (json->length > 0 && json->data[json->length - 1] != '[')
		text_char(json, ',');
}

void json_bool(struct text *json, bool value)
{
	text_string(json, value ? "true" : "false");
}

void json_hex32(struct text *json, uint32_t value)
{
	text_char(json, '"');
	text_hex32(json, value);
	text_char(json, '"');
}
