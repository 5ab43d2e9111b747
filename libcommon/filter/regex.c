/* SPDX-License-Identifier: MIT */
/*
 * Texts of captures need not be UTF-8. An expression of ASCII characters alone is applied to their
 * bytes; only one with others is applied to characters.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/regex.h"

#include <pcre2.h>
#include <stdlib.h>

/* Steps that a match may take before it is given up. */
#define STEPS_MOST 1000000

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
};

static bool is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

static uint32_t flags_of(struct span pattern, const struct regex_opts *opts)
{
	uint32_t flags = PCRE2_NEVER_BACKSLASH_C;

	if (opts->whole)
		flags |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
	if (opts->fold)
		flags |= PCRE2_CASELESS;
	if (!is_ascii(pattern))
		flags |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	else
		flags |= PCRE2_NEVER_UTF;
	return flags;
}

static pcre2_code *compile(struct span pattern, const struct regex_opts *opts, size_t *at,
	struct err *err)
{
	PCRE2_SIZE where = 0;
	PCRE2_UCHAR why[120];
	int code = 0;
	pcre2_code *re =
		pcre2_compile(pattern.p, pattern.n, flags_of(pattern, opts), &code, &where, NULL);

	*at = where;
	if (!re) {
		pcre2_get_error_message(code, why, sizeof(why));
		err_set(err, ERR_USAGE, "regular expression: %s", (const char *)why);
	}
	return re;
}

struct regex *regex_new(struct span pattern, const struct regex_opts *opts, size_t *at,
	struct err *err)
{
	struct regex *re = calloc(1, sizeof(*re));

	*at = 0;
	if (!re) {
		err_memory(err);
		return NULL;
	}
	re->code = compile(pattern, opts, at, err);
	if (!re->code)
		goto fail;
	re->match = pcre2_match_data_create_from_pattern(re->code, NULL);
	re->context = pcre2_match_context_create(NULL);
	if (!re->match || !re->context) {
		err_memory(err);
		goto fail;
	}
	pcre2_set_match_limit(re->context, STEPS_MOST);
	/* Without a compiler for this machine, the expression is interpreted. */
	pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	return re;
fail:
	regex_free(re);
	return NULL;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_match_context_free(re->context);
	pcre2_match_data_free(re->match);
	pcre2_code_free(re->code);
	free(re);
}

bool regex_match(struct regex *re, struct span text)
{
	const uint8_t *p = text.p ? text.p : (const uint8_t *)"";

	return pcre2_match(re->code, p, text.n, 0, 0, re->match, re->context) >= 0;
}

bool regex_find(struct regex *re, struct span text, size_t from, struct span *groups, size_t n)
{
	const uint8_t *p = text.p ? text.p : (const uint8_t *)"";
	int got = pcre2_match(re->code, p, text.n, from, 0, re->match, re->context);
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->match);

	for (size_t i = 0; i < n; i++) {
		bool there = got > 0 && i < (size_t)got && at[2 * i] != PCRE2_UNSET;

		groups[i] = there ? span_of(p + at[2 * i], at[2 * i + 1] - at[2 * i])
				  : span_of(NULL, 0);
	}
	return got > 0;
}
