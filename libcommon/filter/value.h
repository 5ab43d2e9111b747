/* SPDX-License-Identifier: MIT */
/*
 * Typed values: what fields give and what filters compare them with. Texts and bytes are borrowed
 * from whoever made the value.
 */
#ifndef FILTER_VALUE_H
#define FILTER_VALUE_H

#include "base/buf.h"
#include "base/span.h"

enum value_kind {
	VALUE_NONE,
	VALUE_INT,
	VALUE_UINT,
	VALUE_DOUBLE,
	VALUE_BOOL,
	VALUE_TEXT,
	VALUE_BYTES,
	VALUE_ADDRESS, /* or a network: an address of which only the first bits count */
};

/* How values can be compared. */
enum value_class {
	CLASS_NONE,
	CLASS_NUMBER,
	CLASS_BOOL,
	CLASS_TEXT,
	CLASS_BYTES,
	CLASS_ADDRESS,
	CLASS_ANY, /* differs from event to event */
};

/* How numbers and bytes are written, where there is a choice. */
enum value_format {
	VF_NA,
	VF_DEC,
	VF_ID,     /* like VF_DEC, but counts nothing */
	VF_HEX,    /* upper case, no prefix */
	VF_OCT,    /* no prefix */
	VF_PADDED, /* nine digits */
	VF_ETHER,  /* bytes as 00:11:22 */
};

struct value {
	uint8_t kind; /* enum value_kind */
	bool v6;      /* of addresses */
	uint8_t bits; /* of addresses: how many count; 32 or 128 for a host */
	union {
		int64_t i;
		uint64_t u;
		double d;
		bool b;
		struct span s;
		uint8_t ip[16]; /* IPv4 in the first four */
	};
};

static inline struct value value_int(int64_t i)
{
	return (struct value){.kind = VALUE_INT, .i = i};
}

static inline struct value value_uint(uint64_t u)
{
	return (struct value){.kind = VALUE_UINT, .u = u};
}

static inline struct value value_bool(bool b)
{
	return (struct value){.kind = VALUE_BOOL, .b = b};
}

static inline struct value value_text(struct span s)
{
	return (struct value){.kind = VALUE_TEXT, .s = s};
}

static inline struct value value_bytes(struct span s)
{
	return (struct value){.kind = VALUE_BYTES, .s = s};
}

/* An address of a host; ip has four bytes, or sixteen with v6. */
struct value value_address(bool v6, const uint8_t *ip);

static inline bool value_is_number(const struct value *v)
{
	return v->kind >= VALUE_INT && v->kind <= VALUE_DOUBLE;
}

static inline bool value_is_string(const struct value *v)
{
	return v->kind == VALUE_TEXT || v->kind == VALUE_BYTES;
}

/* How values of a parameter type (enum param_type) can be compared. */
enum value_class value_class_of(uint8_t type);

/*
 * Whether they are equal. An address equals a network, on the right, that it is part of. Values of
 * different classes are not equal.
 */
bool value_equal(const struct value *v, const struct value *to);

/* Less than, equal to or greater than 0, as for memcmp; both of the same class. */
int value_order(const struct value *a, const struct value *b);

/* Appends the value; bytes show as text with dots for what is not printable. */
void value_put(const struct value *v, enum value_format format, struct buf *b);

#endif
