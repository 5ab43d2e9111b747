/* SPDX-License-Identifier: MIT */
/*
 * Each style walks the selected rows once per file. A line is put together in a buffer; texts from
 * files pass through escape_put, so that none steers the terminal or breaks a line.
 */
#include "tools/scapinfo/show.h"

#include "filter/escape.h"
#include "tools/scapinfo/lists.h"
#include "tools/scapinfo/report.h"

#define LABEL_WIDTH  23 /* of the long report, with its colon */
#define COUNTED_NAME 24 /* of the names in a list of counts */
#define COUNT_WIDTH  12
#define TOP_LINES    10 /* of a list that may be cut short */

#define NS_PER_SECOND 1000000000.0

static bool is_selected(const struct show_opts *o, const struct report_row *row)
{
	bool any = false;
	const struct report_part *parts;
	size_t n;

	if (o->all || !row->letter || o->selected[(unsigned char)row->letter])
		return true;
	parts = report_parts(&n);
	for (size_t i = 0; i < n; i++)
		any = any || o->selected[(unsigned char)parts[i].letter];
	return !any;
}

static bool is_list(const struct report_row *row)
{
	return row->form == FORM_WORDS || row->form == FORM_LIST || row->form == FORM_TOP;
}

static void put_json_text(struct buf *b, const json_t *json)
{
	escape_put(b, span_of(json_string_value(json), json_string_length(json)));
}

/* Texts one behind the other, in one line. */
static void put_words(struct buf *b, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		buf_text(b, i ? ", " : "");
		put_json_text(b, item);
	}
}

static void put_time(struct show *s, uint64_t ns)
{
	if (s->opts->epoch)
		times_put_seconds(ns, &s->line);
	else
		times_put_date(&s->times, ns, &s->line);
}

/* A value of one line, without its unit. */
static void put_value(struct show *s, const struct report_row *row, const struct report_value *v)
{
	struct buf *b = &s->line;

	if (v->none || (is_list(row) && !json_array_size(v->list))) {
		buf_text(b, "n/a");
		return;
	}
	switch (row->form) {
	case FORM_TEXT:
		escape_put(b, report_text(v));
		break;
	case FORM_NUMBER:
		buf_dec(b, v->n);
		break;
	case FORM_RATE:
		buf_printf(b, "%.2f", v->real);
		break;
	case FORM_BOOL:
		buf_text(b, v->n ? "True" : "False");
		break;
	case FORM_TIME:
		put_time(s, v->n);
		break;
	case FORM_SECONDS:
		times_put_seconds(v->n, b);
		break;
	case FORM_WORDS:
	case FORM_LIST:
	case FORM_TOP:
		put_words(b, v->list);
		break;
	}
}

/* --- long ------------------------------------------------------------------------------------ */

static void put_member(struct buf *b, const char *key, const json_t *value)
{
	for (; *key; key++)
		buf_char(b, *key == '_' ? ' ' : *key);
	buf_char(b, ' ');
	if (json_is_string(value))
		put_json_text(b, value);
	else
		buf_sdec(b, json_integer_value(value));
}

/* "name        count", or all members with their names. */
static void put_object(struct buf *b, json_t *object)
{
	const json_t *count = json_object_get(object, "count");
	size_t start = b->n;
	const char *key, *between = "";
	json_t *value;

	if (count) {
		put_json_text(b, json_object_get(object, "name"));
		while (b->n - start < COUNTED_NAME)
			buf_char(b, ' ');
		buf_printf(b, " %*" JSON_INTEGER_FORMAT, COUNT_WIDTH, json_integer_value(count));
		return;
	}
	json_object_foreach(object, key, value)
	{
		buf_text(b, between);
		put_member(b, key, value);
		between = ", ";
	}
}

/* A line for each object, under the label. */
static void put_objects(struct show *s, const struct report_row *row, json_t *list)
{
	struct buf *b = &s->line;
	size_t n = json_array_size(list);
	size_t shown = row->form == FORM_TOP && !s->opts->verbose ? MIN(n, (size_t)TOP_LINES) : n;

	buf_printf(b, "%s:\n", row->label);
	for (size_t i = 0; i < shown; i++) {
		buf_text(b, "  ");
		put_object(b, json_array_get(list, i));
		buf_char(b, '\n');
	}
	if (shown < n)
		buf_printf(b, "  and %zu more (-v shows them)\n", n - shown);
}

static void put_label(struct buf *b, const struct report_row *row)
{
	size_t start = b->n;

	buf_text(b, row->label);
	buf_char(b, ':');
	while (b->n - start < LABEL_WIDTH)
		buf_char(b, ' ');
}

/* A line for each text, all with the label. */
static void put_texts(struct show *s, const struct report_row *row, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		put_label(&s->line, row);
		put_json_text(&s->line, item);
		buf_char(&s->line, '\n');
	}
}

static void put_long(struct show *s, const struct report_row *row, const struct report_value *v)
{
	bool lines = row->form == FORM_LIST || row->form == FORM_TOP;

	if (lines && json_is_string(json_array_get(v->list, 0))) {
		put_texts(s, row, v->list);
	} else if (lines) {
		put_objects(s, row, v->list);
	} else {
		put_label(&s->line, row);
		put_value(s, row, v);
		if (row->unit && !v->none)
			buf_printf(&s->line, " %s", row->unit);
		buf_char(&s->line, '\n');
	}
}

/* --- table ----------------------------------------------------------------------------------- */

static void put_separator(struct show *s)
{
	if (s->line.n)
		buf_char(&s->line, s->opts->comma ? ',' : '\t');
}

/* Quotes what was put behind start, if that is asked for or needed: as in CSV files. */
static void quote(struct show *s, size_t start)
{
	struct buf *b = &s->line;
	struct buf plain = {0};

	buf_put(&plain, b->p + start, b->n - start);
	if (!s->opts->quote && !(s->opts->comma && memchr(plain.p, ',', plain.n)) &&
		!(s->opts->comma && memchr(plain.p, '"', plain.n)))
		goto out;
	b->n = start;
	buf_char(b, '"');
	for (size_t i = 0; i < plain.n; i++) {
		if (plain.p[i] == '"')
			buf_char(b, '"');
		buf_u8(b, plain.p[i]);
	}
	buf_char(b, '"');
out:
	buf_release(&plain);
}

static void put_header(struct show *s)
{
	size_t n, start;
	const struct report_row *rows = report_rows(&n);

	for (size_t i = 0; i < n; i++) {
		if (!rows[i].column || !is_selected(s->opts, &rows[i]))
			continue;
		put_separator(s);
		start = s->line.n;
		buf_text(&s->line, rows[i].column);
		quote(s, start);
	}
	buf_char(&s->line, '\n');
}

static void put_cell(struct show *s, const struct report_row *row, const struct report_value *v)
{
	size_t start;

	put_separator(s);
	start = s->line.n;
	put_value(s, row, v);
	quote(s, start);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_t *json_time(uint64_t ns)
{
	struct times utc;
	struct buf b = {0};
	json_t *json;

	times_init(&utc, true);
	times_put_iso(&utc, ns, &b);
	json = json_stringn((const char *)b.p, b.n);
	buf_release(&b);
	return json;
}

static json_t *json_value(const struct report_row *row, const struct report_value *v)
{
	if (v->none)
		return json_null();
	switch (row->form) {
	case FORM_TEXT:
		return list_text(report_text(v));
	case FORM_NUMBER:
		return json_integer((json_int_t)v->n);
	case FORM_RATE:
		return json_real(v->real);
	case FORM_BOOL:
		return json_boolean(v->n);
	case FORM_TIME:
		return json_time(v->n);
	case FORM_SECONDS:
		return json_real((double)v->n / NS_PER_SECOND);
	default:
		return json_incref(v->list);
	}
}

/* --- all ------------------------------------------------------------------------------------- */

/* Shows one row: puts it into the line, or into object. Returns whether there was memory. */
static bool show_row(
	struct show *s, const struct report_row *row, const struct info *in, json_t *object)
{
	struct report_value v = row->get(in);
	bool ok = v.list || !is_list(row);

	if (!ok)
		return false;
	if (s->opts->json)
		ok = json_object_set_new(object, row->key, json_value(row, &v)) == 0;
	else if (s->opts->table)
		put_cell(s, row, &v);
	else if (report_shows(row, &v, in))
		put_long(s, row, &v);
	json_decref(v.list);
	return ok;
}

static void flush(struct show *s)
{
	if (s->line.n)
		fwrite(s->line.p, 1, s->line.n, s->out);
	buf_clear(&s->line);
}

void show_begin(struct show *s, const struct show_opts *opts, FILE *out)
{
	*s = (struct show){.opts = opts, .out = out};
	times_init(&s->times, opts->utc);
	if (opts->json)
		buf_char(&s->line, '[');
	else if (opts->table && !opts->no_header)
		put_header(s);
	flush(s);
}

int show_report(struct show *s, const struct info *in, struct err *err)
{
	const struct show_opts *o = s->opts;
	json_t *object = json_object();
	size_t n;
	const struct report_row *rows = report_rows(&n);
	bool ok = object != NULL;

	for (size_t i = 0; i < n && ok; i++) {
		if (!is_selected(o, &rows[i]) || (o->table && !o->json && !rows[i].column))
			continue;
		ok = show_row(s, &rows[i], in, object);
	}
	if (!ok || s->line.failed) {
		json_decref(object);
		buf_clear(&s->line);
		return err_memory(err);
	}
	if (o->json) {
		fputs(s->reports ? ",\n" : "\n", s->out);
		json_dumpf(object, s->out, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	} else if (o->table) {
		buf_char(&s->line, '\n');
	} else if (s->reports) {
		fputc('\n', s->out);
	}
	flush(s);
	s->reports++;
	json_decref(object);
	return 0;
}

void show_end(struct show *s)
{
	if (s->opts->json)
		fputs(s->reports ? "\n]\n" : "]\n", s->out);
	buf_release(&s->line);
}
