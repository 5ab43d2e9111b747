/* SPDX-License-Identifier: MIT */
/* Texts as JSON: whatever the bytes, a JSON parser takes them, and gives back what was meant. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "format/json_put.h"

static void expect_text(struct span s, const char *want)
{
	struct buf b = {0};

	json_put_text(&b, s);
	buf_u8(&b, 0);
	cr_expect_str_eq((const char *)b.p, want);
	buf_release(&b);
}

/* What a parser reads back. Free it. */
static char *parsed(struct span s)
{
	struct buf b = {0};
	json_error_t error;
	json_t *value;
	char *text = NULL;

	json_put_text(&b, s);
	value = json_loadb((const char *)b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	cr_expect(json_is_string(value), "%.*s: %s", (int)b.n, (const char *)b.p, error.text);
	if (value)
		text = strndup(json_string_value(value), json_string_length(value));
	json_decref(value);
	buf_release(&b);
	return text;
}

static void expect_parsed(const char *bytes, const char *want)
{
	char *got = parsed(span_str(bytes));

	cr_expect_str_eq(got, want);
	free(got);
}

Test(json_put, what_has_to_be_escaped)
{
	expect_text(span_str("plain"), "\"plain\"");
	expect_text(span_str(""), "\"\"");
	expect_text(span_str("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	expect_text(span_str("\b\f\n\r\t\x01\x1b\x1f"), "\"\\b\\f\\n\\r\\t\\u0001\\u001b\\u001f\"");
	expect_text(span_of("a\0b", 3), "\"a\\u0000b\"");
}

Test(json_put, what_would_command_a_terminal_is_escaped_too)
{
	expect_text(span_str("\x7f\xc2\x80\xc2\x9b\xc2\xa0"), "\"\\u007f\\u0080\\u009b\xc2\xa0\"");
}

Test(json_put, utf8_passes)
{
	expect_parsed("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9a \xf4\x8f\xbf\xbf",
		"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9a \xf4\x8f\xbf\xbf");
}

#define R "\xef\xbf\xbd"

/* The table of the Unicode standard, 3-8 to 3-11, with one U+FFFD per piece of a character. */
Test(json_put, bytes_that_are_no_utf8_become_the_replacement_character)
{
	expect_parsed("a\xff", "a" R);
	expect_parsed("\x80\xbf", R R);
	expect_parsed("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", R R R R R R R R "A");
	expect_parsed("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", R R R R R R R R "A");
	expect_parsed("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", R R R R R "A" R R "B");
	expect_parsed("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", R R R R "A");
	expect_parsed("\xe2\x82", R);
}

Test(json_put, any_bytes_are_json)
{
	unsigned seed = 1;
	uint8_t bytes[40];

	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)rand_r(&seed) % sizeof(bytes);

		for (size_t k = 0; k < n; k++)
			bytes[k] = (uint8_t)(rand_r(&seed) >> 4 | (i & 1 ? 0x80 : 0));
		free(parsed(span_of(bytes, n)));
	}
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		bytes[0] = (uint8_t)(pair >> 8);
		bytes[1] = (uint8_t)pair;
		free(parsed(span_of(bytes, 2)));
	}
}

Test(json_put, commas_come_by_themselves)
{
	struct buf b = {0};

	buf_char(&b, '{');
	json_put_key(&b, "a");
	json_put_text(&b, span_str("x{"));
	json_put_flat_key(&b, "b.c.d");
	buf_char(&b, '[');
	json_put_text(&b, span_str("y"));
	json_put_base64(&b, span_str("zz"));
	buf_text(&b, "]}");
	buf_u8(&b, 0);
	cr_expect_str_eq((const char *)b.p, "{\"a\":\"x{\",\"b_c_d\":[\"y\",\"eno=\"]}");
	buf_release(&b);
}
