/* SPDX-License-Identifier: MIT */
/*
 * A block is a few numbers, data whose length is one of them (or the rest), and options; a table
 * has the widths. Data is bytes in any order, except for the records of names, which look like
 * options.
 */
#include "pcapng/recode.h"

#include "pcapng/pcapng.h"

/* An option whose value holds count numbers of width bytes; 0: as many as fit. */
struct numbers {
	uint32_t block; /* 0: any */
	uint16_t code;
	uint8_t width, count;
};

#define NO_DATA (-1)
#define REST    (-2)

struct layout {
	uint32_t type;
	const char *widths; /* of the numbers in front, a digit each */
	int8_t data;        /* the number that is the length of the data, NO_DATA or REST */
};

/* clang-format off */
static const struct layout layouts[] = {
	{BT_SHB,     "4228",   NO_DATA},
	{BT_IDB,     "224",    NO_DATA},
	{BT_PB,      "224444", 4},
	{BT_SPB,     "4",      REST},
	{BT_NRB,     "",       NO_DATA},
	{BT_ISB,     "444",    NO_DATA},
	{BT_EPB,     "44444",  3},
	{BT_JOURNAL, "",       REST},
	{BT_DSB,     "44",     1},
	{BT_CB,      "4",      REST},
	{BT_CB_NC,   "4",      REST},
};

static const struct numbers options[] = {
	{0,      OPT_CUSTOM_TEXT,     4, 1}, /* enterprise number, then what only it knows */
	{0,      OPT_CUSTOM_BYTES,    4, 1},
	{0,      OPT_CUSTOM_TEXT_NC,  4, 1},
	{0,      OPT_CUSTOM_BYTES_NC, 4, 1},
	{BT_IDB, OPT_IF_SPEED,        8, 0},
	{BT_IDB, 10,                  4, 0}, /* time zone */
	{BT_IDB, OPT_IF_TSOFFSET,     8, 0},
	{BT_IDB, 16,                  8, 0}, /* speed of sending */
	{BT_IDB, 17,                  8, 0}, /* speed of receiving */
	{BT_ISB, 2,                   4, 0}, /* start of the capture, upper and lower half */
	{BT_ISB, 3,                   4, 0}, /* its end */
	{BT_ISB, OPT_ISB_IFRECV,      8, 0},
	{BT_ISB, OPT_ISB_IFDROP,      8, 0},
	{BT_ISB, 6,                   8, 0}, /* accepted by the filter */
	{BT_ISB, OPT_ISB_OSDROP,      8, 0},
	{BT_ISB, 8,                   8, 0}, /* delivered */
	{BT_PB,  OPT_EPB_FLAGS,       4, 0},
	{BT_EPB, OPT_EPB_FLAGS,       4, 0},
	{BT_EPB, OPT_EPB_DROPCOUNT,   8, 0},
	{BT_EPB, 5,                   8, 0}, /* number of the packet */
	{BT_EPB, 6,                   4, 0}, /* queue */
	{BT_EPB, OPT_EPB_PROCESS,     4, 0},
};
/* clang-format on */

static void put_turned(struct buf *to, struct span bytes)
{
	for (size_t i = bytes.n; i > 0; i--)
		buf_u8(to, bytes.p[i - 1]);
}

static const struct numbers *numbers_in(uint32_t type, uint16_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].code == code && (!options[i].block || options[i].block == type))
			return &options[i];
	}
	return NULL;
}

/* Our own option, of which we know more than the number of who made it. */
static bool put_duration(struct buf *to, struct span value, uint16_t code)
{
	struct cursor c = cursor_of(value, !to->big);

	if (code != OPT_CUSTOM_BYTES || cursor_u32(&c) != SCAPTOOLS_PEN ||
		cursor_u32(&c) != SCAPTOOLS_OPT_DURATION || cursor_left(&c) != 8)
		return false;
	buf_u32(to, SCAPTOOLS_PEN);
	buf_u32(to, SCAPTOOLS_OPT_DURATION);
	buf_u64(to, cursor_u64(&c));
	return true;
}

static void put_value(struct buf *to, struct span value, uint16_t code, const struct numbers *n)
{
	size_t count = n ? value.n / n->width : 0;

	if (n && put_duration(to, value, code))
		return;
	if (n && n->count)
		count = MIN(count, (size_t)n->count);
	for (; count > 0; count--) {
		put_turned(to, span_of(value.p, n->width));
		value = span_of(value.p + n->width, value.n - n->width);
	}
	buf_span(to, value);
}

/* A list of { code, length, value }, up to code 0 or the end. turn: its values may be numbers. */
static bool put_list(struct cursor *c, uint32_t type, bool turn, struct buf *to)
{
	while (cursor_left(c) >= 4) {
		uint16_t code = cursor_u16(c);
		uint16_t n = cursor_u16(c);
		struct span value = cursor_span(c, n);

		if (c->bad)
			break;
		cursor_skip(c, MIN(pad4(n) - n, cursor_left(c)));
		buf_u16(to, code);
		buf_u16(to, n);
		put_value(to, value, code, turn ? numbers_in(type, code) : NULL);
		buf_zeros(to, pad4(n) - n);
		if (code == OPT_END)
			break;
	}
	return !c->bad;
}

bool recode_options(struct cursor c, uint32_t type, struct buf *to)
{
	if (c.big == to->big) {
		buf_put(to, c.p, cursor_left(&c));
		return true;
	}
	return put_list(&c, type, true, to);
}

static const struct layout *layout_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (layouts[i].type == type)
			return &layouts[i];
	}
	return NULL;
}

static uint64_t put_number(struct cursor *c, char width, struct buf *to)
{
	uint64_t v;

	if (width == '2') {
		v = cursor_u16(c);
		buf_u16(to, (uint16_t)v);
	} else if (width == '4') {
		v = cursor_u32(c);
		buf_u32(to, (uint32_t)v);
	} else {
		v = cursor_u64(c);
		buf_u64(to, v);
	}
	return v;
}

/* Returns the length of the data behind the numbers. */
static uint32_t put_numbers(struct cursor *c, const struct layout *l, struct buf *to)
{
	uint32_t data = 0;

	for (int8_t i = 0; l->widths[i]; i++) {
		uint64_t v = put_number(c, l->widths[i], to);

		if (i == l->data)
			data = (uint32_t)v;
	}
	return l->data == REST ? (uint32_t)cursor_left(c) : data;
}

static bool put_parts(const struct block *b, const struct layout *l, struct buf *to)
{
	struct cursor c = cursor_of(b->body, b->big);
	uint32_t n = put_numbers(&c, l, to);
	struct span data = cursor_span(&c, n);

	if (c.bad)
		return false;
	buf_span(to, data);
	buf_zeros(to, pad4(n) - n);
	cursor_skip(&c, MIN(pad4(n) - n, cursor_left(&c)));
	if (l->type == BT_NRB && !put_list(&c, l->type, false, to))
		return false;
	return put_list(&c, l->type, true, to);
}

bool recode(const struct block *b, struct buf *to)
{
	const struct layout *l = layout_of(b->info->type);

	if (b->big == to->big) {
		buf_span(to, b->body);
		return true;
	}
	return l && put_parts(b, l, to);
}

/* Moves over the names of a block, and what ends them. */
static void skip_names(struct cursor *c)
{
	uint16_t code = OPT_END + 1;

	while (cursor_left(c) >= 4 && code != OPT_END) {
		code = cursor_u16(c);
		cursor_skip(c, pad4(cursor_u16(c)));
	}
}

bool recode_find_options(const struct block *b, struct cursor *at)
{
	const struct layout *l = layout_of(b->info->type);
	struct cursor c = cursor_of(b->body, b->big);
	size_t data = 0;

	if (!l || l->data == REST)
		return false;
	for (int8_t i = 0; l->widths[i]; i++) {
		const uint8_t *p = cursor_take(&c, (size_t)(l->widths[i] - '0'));

		if (p && i == l->data)
			data = pad4((size_t)load_u32(p, c.big));
	}
	cursor_skip(&c, data);
	if (l->type == BT_NRB)
		skip_names(&c);
	*at = c;
	return !c.bad;
}
