/* SPDX-License-Identifier: MIT */
/* Comparing and writing values. Numbers compare by what they are worth, whatever their kinds. */
#include "filter/value.h"

#include "scap/addr.h"
#include "scap/event_table.h"

struct value value_address(bool v6, const uint8_t *ip)
{
	struct value v = {.kind = VALUE_ADDRESS, .v6 = v6, .bits = v6 ? 128 : 32};

	memcpy(v.ip, ip, v6 ? 16 : 4);
	return v;
}

enum value_class value_class_of(uint8_t type)
{
	static const uint8_t classes[PARAM_TYPES] = {
		[PT_CHARBUF] = CLASS_TEXT,
		[PT_FSPATH] = CLASS_TEXT,
		[PT_FSRELPATH] = CLASS_TEXT,
		[PT_BYTEBUF] = CLASS_BYTES,
		[PT_SOCKADDR] = CLASS_BYTES,
		[PT_SOCKTUPLE] = CLASS_BYTES,
		[PT_FDLIST] = CLASS_BYTES,
		[PT_CHARBUFARRAY] = CLASS_BYTES,
		[PT_CHARBUF_PAIR_ARRAY] = CLASS_BYTES,
		[PT_BOOL] = CLASS_BOOL,
		[PT_IPV4ADDR] = CLASS_ADDRESS,
		[PT_IPV6ADDR] = CLASS_ADDRESS,
		[PT_IPADDR] = CLASS_ADDRESS,
		[PT_IPV4NET] = CLASS_ADDRESS,
		[PT_IPV6NET] = CLASS_ADDRESS,
		[PT_IPNET] = CLASS_ADDRESS,
		[PT_DYN] = CLASS_ANY,
	};

	if (type == PT_NONE || type >= PARAM_TYPES)
		return CLASS_NONE;
	return classes[type] != CLASS_NONE ? (enum value_class)classes[type] : CLASS_NUMBER;
}

/* --- comparing ------------------------------------------------------------------------------ */

static double as_double(const struct value *v)
{
	if (v->kind == VALUE_DOUBLE)
		return v->d;
	return v->kind == VALUE_INT ? (double)v->i : (double)v->u;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int order_numbers(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_DOUBLE || b->kind == VALUE_DOUBLE) {
		double x = as_double(a), y = as_double(b);

		return ORDER(x, y);
	}
	if (a->kind == VALUE_INT && a->i < 0)
		return b->kind == VALUE_INT ? ORDER(a->i, b->i) : -1;
	if (b->kind == VALUE_INT && b->i < 0)
		return 1;
	return ORDER(a->u, b->u);
}

static int order_bytes(struct span a, struct span b)
{
	size_t n = MIN(a.n, b.n);
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : ORDER(a.n, b.n);
}

static int order_addresses(const struct value *a, const struct value *b)
{
	if (a->v6 != b->v6)
		return a->v6 ? 1 : -1;
	return memcmp(a->ip, b->ip, a->v6 ? 16 : 4);
}

int value_order(const struct value *a, const struct value *b)
{
	switch (a->kind) {
	case VALUE_BOOL:
		return ORDER(a->b, b->b);
	case VALUE_TEXT:
	case VALUE_BYTES:
		return order_bytes(a->s, b->s);
	case VALUE_ADDRESS:
		return order_addresses(a, b);
	default:
		return order_numbers(a, b);
	}
}

/* Whether the first bits of to are those of v. */
static bool in_network(const struct value *v, const struct value *to)
{
	size_t whole = to->bits / 8;
	unsigned rest = to->bits % 8;

	if (v->v6 != to->v6 || memcmp(v->ip, to->ip, whole) != 0)
		return false;
	return !rest || (v->ip[whole] ^ to->ip[whole]) >> (8 - rest) == 0;
}

bool value_equal(const struct value *v, const struct value *to)
{
	if (value_is_number(v))
		return value_is_number(to) && order_numbers(v, to) == 0;
	if (value_is_string(v))
		return value_is_string(to) && span_eq(v->s, to->s);
	if (v->kind != to->kind)
		return false;
	return v->kind == VALUE_BOOL ? v->b == to->b : in_network(v, to);
}

/* --- writing -------------------------------------------------------------------------------- */

static void put_octal(uint64_t v, struct buf *b)
{
	char text[24];
	size_t at = sizeof(text);

	do
		text[--at] = (char)('0' + (v & 7));
	while (v >>= 3);
	buf_put(b, text + at, sizeof(text) - at);
}

static void put_unsigned(uint64_t v, enum value_format format, struct buf *b)
{
	if (format == VF_HEX)
		buf_hex_upper(b, v);
	else if (format == VF_OCT)
		put_octal(v, b);
	else if (format == VF_PADDED)
		buf_dec_padded(b, v, 9);
	else
		buf_dec(b, v);
}

/* One decimal; these are percentages. */
static void put_double(double d, struct buf *b)
{
	uint64_t tenths = (uint64_t)((d < 0 ? -d : d) * 10 + 0.5);

	if (d < 0)
		buf_char(b, '-');
	buf_dec(b, tenths / 10);
	buf_char(b, '.');
	buf_dec(b, tenths % 10);
}

static void put_address(const struct value *v, struct buf *b)
{
	if (v->v6)
		addr_put_ipv6(b, v->ip);
	else
		addr_put_ipv4(b, v->ip);
	if (v->bits < (v->v6 ? 128 : 32)) {
		buf_char(b, '/');
		buf_dec(b, v->bits);
	}
}

static void put_bytes(struct span s, enum value_format format, struct buf *b)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < s.n; i++) {
		if (format != VF_ETHER) {
			buf_u8(b, s.p[i] >= 0x20 && s.p[i] < 0x7f ? s.p[i] : '.');
			continue;
		}
		if (i)
			buf_char(b, ':');
		buf_char(b, digits[s.p[i] >> 4]);
		buf_char(b, digits[s.p[i] & 15]);
	}
}

void value_put(const struct value *v, enum value_format format, struct buf *b)
{
	switch (v->kind) {
	case VALUE_INT:
		buf_sdec(b, v->i);
		break;
	case VALUE_UINT:
		put_unsigned(v->u, format, b);
		break;
	case VALUE_DOUBLE:
		put_double(v->d, b);
		break;
	case VALUE_BOOL:
		buf_text(b, v->b ? "true" : "false");
		break;
	case VALUE_TEXT:
		buf_span(b, v->s);
		break;
	case VALUE_BYTES:
		put_bytes(v->s, format, b);
		break;
	case VALUE_ADDRESS:
		put_address(v, b);
		break;
	default:
		break;
	}
}
