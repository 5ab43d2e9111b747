/* SPDX-License-Identifier: MIT */
/* Two tables of widths: of fields that are shown often, and of types. */
#include "tools/scapcat/layout.h"

#include "filter/fields.h"
#include "filter/fields_near.h"
#include "scap/event_table.h"

#define WIDTH_MOST 4096

/* What most values fit into. */
static const struct {
	const char *name;
	uint8_t width;
} of_fields[] = {
	{"evt.dir", 3},
	{"evt.type", 16},
	{"evt.category", 10},
	{"evt.time", 18},
	{"evt.time.s", 8},
	{"evt.time.iso8601", 34},
	{"evt.datetime", 29},
	{"evt.datetime.s", 19},
	{"evt.args", 60},
	{"evt.info", 60},
	{"evt.latency.human", 9},
	{"fd.name", 40},
	{"fd.type", 8},
	{"fd.l4proto", 5},
	{"proc.cmdline", 40},
	{"proc.exeline", 40},
	{"proc.exepath", 32},
	{"proc.cwd", 32},
	{"container.id", 12},
	{"container.image", 24},
	{"k8s.pod.name", 32},
	{"frame.time", 34},
	{"frame.interface", 10},
	{"packet.info", 60},
};

static const struct {
	uint8_t type;
	uint8_t width;
} of_types[] = {
	{PT_INT8, 4},
	{PT_UINT8, 4},
	{PT_INT16, 6},
	{PT_UINT16, 6},
	{PT_BOOL, 5},
	{PT_PORT, 5},
	{PT_RELTIME, 12},
	{PT_ABSTIME, 20},
	{PT_CHARBUF, 16},
	{PT_FSPATH, 32},
	{PT_FSRELPATH, 32},
	{PT_BYTEBUF, 40},
};

/* Of everything else, numbers mostly. */
#define WIDTH_OTHER 8

static size_t width_of_time(enum text_time time)
{
	return time == TEXT_TIME_ISO ? 35 : time == TEXT_TIME_EPOCH ? 20 : 18;
}

static size_t width_of(const struct field *f, enum text_time time)
{
	if (strcmp(f->name, "evt.outputtime") == 0)
		return width_of_time(time);
	for (size_t i = 0; i < ARRAY_SIZE(of_fields); i++)
		if (strcmp(of_fields[i].name, f->name) == 0)
			return of_fields[i].width;
	for (size_t i = 0; i < ARRAY_SIZE(of_types); i++)
		if (of_types[i].type == f->type)
			return of_types[i].width;
	return WIDTH_OTHER;
}

struct column {
	struct span name;
	size_t width; /* 0: none was given */
};

/* Takes ":WIDTH" off the end of a column. */
static int take_width(struct column *c, struct err *err)
{
	size_t n = c->name.n, digits;

	while (n && c->name.p[n - 1] >= '0' && c->name.p[n - 1] <= '9')
		n--;
	digits = n;
	if (n < 2 || c->name.p[n - 1] != ':')
		return 0;
	for (; digits < c->name.n && c->width <= WIDTH_MOST; digits++)
		c->width = c->width * 10 + (size_t)(c->name.p[digits] - '0');
	if (!c->width || c->width > WIDTH_MOST)
		return err_set(err, ERR_USAGE, "the width of a column is from 1 to %d", WIDTH_MOST);
	c->name.n = n - 1;
	return 0;
}

/* Takes the next column off a list. Returns 1, 0 at its end, -1 (err). */
static int take_column(const char **list, struct column *c, struct err *err)
{
	size_t n;

	*list += strspn(*list, " \t\r\n,");
	n = strcspn(*list, ",");
	*c = (struct column){.name = span_of(*list, n)};
	*list += n;
	while (c->name.n && strchr(" \t\r\n", c->name.p[c->name.n - 1]))
		c->name.n--;
	if (!c->name.n)
		return 0;
	return take_width(c, err) < 0 ? -1 : 1;
}

/* The field of a column, without what is in brackets behind it. */
static const struct field *field_of(const struct column *c, struct err *err)
{
	const uint8_t *bracket = memchr(c->name.p, '[', c->name.n);
	struct span name = span_of(c->name.p, bracket ? (size_t)(bracket - c->name.p) : c->name.n);
	struct span arg;
	const struct field *f = field_split(name, &arg);

	if (!f)
		field_unknown(name, err);
	return f;
}

/* Appends s, cut or filled with blanks to a width. */
static void put_name(struct span s, size_t width, struct buf *b)
{
	buf_put(b, s.p, MIN(s.n, width));
	for (size_t i = s.n; i < width; i++)
		buf_char(b, ' ');
}

static int put_column(const struct column *c, bool last, enum text_time time, struct buf *template,
	struct buf *header, struct err *err)
{
	const struct field *f = field_of(c, err);
	size_t width = c->width;

	if (!f)
		return -1;
	if (!width && !last)
		width = MAX(width_of(f, time), c->name.n);
	if (template->n) {
		buf_char(template, ' ');
		buf_char(header, ' ');
	}
	buf_char(template, '%');
	if (width)
		buf_dec(template, width);
	buf_span(template, c->name);
	put_name(c->name, last ? MIN(c->name.n, width ? width : c->name.n) : width, header);
	return 0;
}

int layout_make(const char *columns, enum text_time time, struct buf *template, struct buf *header,
	struct err *err)
{
	struct column c, next;
	int got = take_column(&columns, &c, err);

	if (got == 0)
		return err_set(err, ERR_USAGE, "there are no columns");
	while (got > 0) {
		got = take_column(&columns, &next, err);
		if (got < 0 || put_column(&c, got == 0, time, template, header, err) < 0)
			return -1;
		c = next;
	}
	if (got < 0)
		return -1;
	buf_char(header, '\n');
	buf_u8(header, 0);
	buf_u8(template, 0);
	return template->failed || header->failed ? err_memory(err) : 0;
}
