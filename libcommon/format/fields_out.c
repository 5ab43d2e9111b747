/* SPDX-License-Identifier: MIT */
/*
 * A value is appended first and quoted afterwards, where it stands, so that those without quotes,
 * which are nearly all, are written once.
 */
#include "format/fields_out.h"

#include "filter/parts.h"

static const char *const bom = "\xef\xbb\xbf";

static bool needs_quotes(const struct fields_opts *o, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r' ||
			s.p[i] == (uint8_t)o->separator)
			return true;
	return false;
}

/* Puts what was appended from at on into quotes; quotes in it are doubled. */
static void quote(const struct fields_opts *o, size_t at, struct buf *scratch, struct buf *out)
{
	char mark = o->quote == QUOTE_SINGLE ? '\'' : '"';
	struct span s = span_of(out->p ? out->p + at : NULL, out->n - at);

	if (o->quote == QUOTE_NONE || (o->quote == QUOTE_NEEDED && !needs_quotes(o, s)))
		return;
	buf_clear(scratch);
	buf_span(scratch, s);
	out->n = at;
	buf_char(out, mark);
	for (size_t i = 0; i < scratch->n; i++) {
		if (scratch->p[i] == (uint8_t)mark)
			buf_char(out, mark);
		buf_u8(out, scratch->p[i]);
	}
	buf_char(out, mark);
	out->failed |= scratch->failed;
}

static void put_end(const struct fields_opts *o, struct buf *out)
{
	if (*o->end)
		buf_text(out, o->end);
	else
		buf_u8(out, 0);
}

void fields_out_head(
	const struct fields_opts *o, const struct columns *c, struct buf *scratch, struct buf *out)
{
	if (o->bom)
		buf_text(out, bom);
	if (!o->header)
		return;
	for (size_t i = 0; i < c->n; i++) {
		size_t at;

		if (i)
			buf_char(out, o->separator);
		at = out->n;
		buf_text(out, c->at[i].name);
		if (o->quote == QUOTE_NEEDED)
			quote(o, at, scratch, out);
	}
	put_end(o, out);
}

/* One value after the other, or one of them. Returns whether there was any. */
static bool put_list(
	const struct fields_opts *o, struct field_ref *r, const struct view *v, struct buf *out)
{
	size_t at = out->n;
	struct value value;
	uint64_t pos = 0;
	bool some = false;

	while (field_each(v, r, &pos, &value)) {
		if (o->occurrence == OCCURRENCE_LAST)
			out->n = at;
		else if (some)
			buf_char(out, o->aggregator);
		field_put_value(v, r, &value, out);
		some = true;
		if (o->occurrence == OCCURRENCE_FIRST)
			break;
	}
	return some;
}

static void put_column(const struct fields_opts *o, struct column *c, const struct view *v,
	struct buf *scratch, struct buf *out)
{
	size_t at = out->n;

	if (!column_fits(c, v))
		return;
	if (column_is_list(c) ? put_list(o, &c->ref, v, out) : column_text(c, v, out))
		quote(o, at, scratch, out);
	else
		out->n = at;
}

void fields_out_row(const struct fields_opts *o, struct columns *c, const struct view *v,
	struct buf *scratch, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_char(out, o->separator);
		put_column(o, &c->at[i], v, scratch, out);
	}
	put_end(o, out);
}
