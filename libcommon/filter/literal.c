/* SPDX-License-Identifier: MIT */
/*
 * Values as written in filters. A row per parameter type that is no plain number says which function
 * reads it; numbers are held to the width of their type.
 */
#include "filter/literal.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>
#include <string.h>

#include "scap/event_table.h"
#include "scap/names.h"

#define ERRNO_LARGEST  4095
#define SIGNAL_LARGEST 64

/* A literal on its way to a value. */
struct reading {
	const struct word *w;
	const struct literal_type *t;
	struct arena *arena;
	struct value *v;
	struct err *err;
};

/* The text of a word in messages; the rest of a long one is left out. */
#define SHOWN(w) (int)MIN((w)->text.n, (size_t)60), (const char *)(w)->text.p

static int fail(const struct reading *r, const char *what)
{
	return err_set_at(r->err, ERR_USAGE, r->w->at, "'%.*s' is no %s", SHOWN(r->w), what);
}

/* --- numbers -------------------------------------------------------------------------------- */

static int digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

struct number {
	bool minus;
	bool too_big;
	uint64_t u;
};

/* [+-] digits, 0x or 0b digits; nothing else around. */
static bool read_number(struct span s, struct number *n)
{
	unsigned base = 10;
	size_t i = 0;

	*n = (struct number){0};
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		n->minus = s.p[i++] == '-';
	if (s.n - i > 2 && s.p[i] == '0') {
		uint8_t letter = s.p[i + 1] | 0x20;

		base = letter == 'x' ? 16 : letter == 'b' ? 2 : 10;
		i += base == 10 ? 0 : 2;
	}
	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		unsigned d = (unsigned)digit_of(s.p[i]);

		if (d >= base)
			return false;
		n->too_big |= __builtin_mul_overflow(n->u, base, &n->u) ||
			      __builtin_add_overflow(n->u, d, &n->u);
	}
	return true;
}

bool literal_is_number(struct span text)
{
	struct number n;

	return read_number(text, &n);
}

static int to_signed(const struct reading *r, const struct number *n, uint32_t bits)
{
	uint64_t most = UINT64_MAX >> (65 - bits);

	if (n->too_big || n->u > most + n->minus)
		return err_set_at(r->err, ERR_USAGE, r->w->at,
			"'%.*s' is not between -%" PRIu64 " and %" PRIu64, SHOWN(r->w), most + 1,
			most);
	*r->v = value_int(n->minus ? (int64_t)(0 - n->u) : (int64_t)n->u);
	return 0;
}

static int to_unsigned(const struct reading *r, const struct number *n, uint32_t bits)
{
	uint64_t most = UINT64_MAX >> (64 - bits);

	if (n->too_big || (n->minus && n->u) || n->u > most)
		return err_set_at(r->err, ERR_USAGE, r->w->at,
			"'%.*s' is not between 0 and %" PRIu64, SHOWN(r->w), most);
	*r->v = value_uint(n->u);
	return 0;
}

static int read_integer(const struct reading *r)
{
	uint32_t bits = 8 * param_width(r->t->type);
	struct number n;

	if (!read_number(r->w->text, &n))
		return fail(r, "number");
	return param_signed(r->t->type) ? to_signed(r, &n, bits) : to_unsigned(r, &n, bits);
}

/* digits [ . digits ] */
static int read_double(const struct reading *r)
{
	struct span s = r->w->text;
	double value = 0, scale = 1;
	bool minus = s.n && s.p[0] == '-', point = false;
	size_t i = minus;

	if (i == s.n)
		return fail(r, "number");
	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !point && i > minus) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return fail(r, "number");
		value = value * 10 + (s.p[i] - '0');
		scale *= point ? 10 : 1;
	}
	value /= scale;
	*r->v = (struct value){.kind = VALUE_DOUBLE, .d = minus ? -value : value};
	return 0;
}

/* -2, ENOENT, -ENOENT: all are what a call returns. */
static int read_errno(const struct reading *r)
{
	const char *text = (const char *)r->w->text.p;

	text += *text == '-';
	for (int64_t i = 1; *text == 'E' && i <= ERRNO_LARGEST; i++) {
		const char *name = errno_name(i);

		if (name && strcmp(name, text) == 0) {
			*r->v = value_int(-i);
			return 0;
		}
	}
	return read_integer(r);
}

static int read_signal(const struct reading *r)
{
	for (uint32_t i = 1; i <= SIGNAL_LARGEST; i++) {
		const char *name = signal_name(i);

		if (name && strcmp(name, (const char *)r->w->text.p) == 0) {
			*r->v = value_uint(i);
			return 0;
		}
	}
	return read_integer(r);
}

/* A number or the name of a service. */
static int read_port(const struct reading *r)
{
	static const char *const protocols[] = {"tcp", "udp"};
	struct servent entry, *found = NULL;
	char memory[1024];

	if (literal_is_number(r->w->text))
		return read_integer(r);
	for (size_t i = 0; i < ARRAY_SIZE(protocols) && !found; i++) {
		if (getservbyname_r((const char *)r->w->text.p, protocols[i], &entry, memory,
			    sizeof(memory), &found) != 0)
			found = NULL;
	}
	if (!found)
		return fail(r, "port, and no service");
	*r->v = value_uint(ntohs((uint16_t)found->s_port));
	return 0;
}

static int read_bool(const struct reading *r)
{
	static const struct {
		const char *text;
		bool value;
	} rows[] = {{"true", true}, {"True", true}, {"TRUE", true}, {"1", true}, {"false", false},
		{"False", false}, {"FALSE", false}, {"0", false}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].text, (const char *)r->w->text.p) == 0) {
			*r->v = value_bool(rows[i].value);
			return 0;
		}
	}
	return err_set_at(r->err, ERR_USAGE, r->w->at, "'%.*s' is neither true nor false",
		SHOWN(r->w));
}

/* --- times ---------------------------------------------------------------------------------- */

static int read_abstime(const struct reading *r)
{
	uint64_t ns;

	if (!literal_time(r->w->text, r->t->utc, &ns))
		return fail(r, "time");
	*r->v = value_uint(ns);
	return 0;
}

static int read_reltime(const struct reading *r)
{
	uint64_t ns;

	if (!literal_duration(r->w->text, &ns))
		return fail(r, "length of time");
	*r->v = value_uint(ns);
	return 0;
}

/* --- addresses ------------------------------------------------------------------------------ */

/* A.B.C.D or an IPv6 address, and how many of its bits count: "/24". */
static int read_address(const struct reading *r)
{
	struct span s = r->w->text;
	const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	char host[INET6_ADDRSTRLEN];
	size_t n = slash ? (size_t)(slash - s.p) : s.n;
	bool v6 = s.n && memchr(s.p, ':', s.n);
	uint8_t ip[16];
	struct number bits;

	if (n >= sizeof(host))
		return fail(r, "address");
	memcpy(host, s.p, n);
	host[n] = 0;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, host, ip) != 1)
		return fail(r, "address");
	*r->v = value_address(v6, ip);
	if (!slash)
		return 0;
	if (!read_number(span_of(slash + 1, s.n - n - 1), &bits) || bits.minus ||
		bits.u > r->v->bits)
		return fail(r, "network");
	r->v->bits = (uint8_t)bits.u;
	return 0;
}

/* --- texts and bytes ------------------------------------------------------------------------ */

static int read_text(const struct reading *r)
{
	if (span_cstr(r->w->text).n < r->w->text.n)
		return err_set_at(r->err, ERR_USAGE, r->w->at, "a text cannot have a NUL in it");
	*r->v = value_text(r->w->text);
	return 0;
}

/* Pairs of hex digits; with colons, one between two of them each. */
static bool read_hex(struct span s, bool colons, uint8_t *to, size_t *n)
{
	size_t step = colons ? 3 : 2;

	*n = 0;
	if (!s.n || (s.n + colons) % step)
		return false;
	for (size_t i = 0; i < s.n; i += step) {
		int high = digit_of(s.p[i]), low = digit_of(s.p[i + 1]);

		if (high > 15 || low > 15 || (colons && i + 2 < s.n && s.p[i + 2] != ':'))
			return false;
		to[(*n)++] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/*
 * As typed; as hex digits where the operator says so; or bare and with colons, as in Wireshark. A byte
 * alone has no colon, and is one only where slices are compared.
 */
static int read_bytes(const struct reading *r)
{
	struct span s = r->w->text;
	bool ether = r->t->format == VF_ETHER;
	bool bare = r->w->quote == QUOTE_NONE && (s.n != 2 || r->t->slice);
	uint8_t *to = arena_zeros(r->arena, s.n / 2 + 1);
	size_t n;

	if (!to)
		return err_memory(r->err);
	if (r->t->hex && !read_hex(s, false, to, &n))
		return fail(r, "sequence of bytes, two hex digits each");
	if (r->t->hex || ((bare || ether) && read_hex(s, true, to, &n)))
		*r->v = value_bytes(span_of(to, n));
	else if (ether)
		return fail(r, "hardware address");
	else
		*r->v = value_bytes(s);
	return 0;
}

int literal_value(const struct word *w, const struct literal_type *t, struct arena *a,
	struct value *v, struct err *err)
{
	struct reading r = {w, t, a, v, err};

	switch (t->type) {
	case PT_ERRNO:
		return read_errno(&r);
	case PT_SIGTYPE:
		return read_signal(&r);
	case PT_PORT:
		return read_port(&r);
	case PT_DOUBLE:
		return read_double(&r);
	case PT_RELTIME:
		return read_reltime(&r);
	case PT_ABSTIME:
		return read_abstime(&r);
	default:
		break;
	}
	switch (value_class_of(t->type)) {
	case CLASS_NUMBER:
		return read_integer(&r);
	case CLASS_BOOL:
		return read_bool(&r);
	case CLASS_ADDRESS:
		return read_address(&r);
	case CLASS_BYTES:
		return read_bytes(&r);
	default:
		return read_text(&r);
	}
}
