/* SPDX-License-Identifier: MIT */
/*
 * The tables, made from the .def files. Only the way to the newest schema is written down; where the
 * parameters of an enter record went is read off the same rows.
 */
#include "scap/conversions.h"

/* clang-format off */
#define ONE(from, at) {CONVERSION_##from, (at)},
#define T(i)   ONE(THIS, i)
#define T3(i)  T(i) T((i) + 1) T((i) + 2)
#define T5(i)  T3(i) T((i) + 3) T((i) + 4)
#define T8(i)  T5(i) T3((i) + 5)
#define T13(i) T8(i) T5((i) + 8)
#define T14(i) T13(i) T((i) + 13)
#define T16(i) T13(i) T3((i) + 13)
#define T17(i) T16(i) T((i) + 16)
#define E(i)   ONE(ENTER, i)
#define D(i)   ONE(ENTER_OR_ZERO, i)
#define NONE   ONE(EMPTY, 0)
#define ZERO   ONE(ZERO, 0)
#define BUILT  ONE(BUILT, 0)

#define STAYS(symbol)
#define ADD(symbol, n, sources) \
	static const struct conversion_source sources_##symbol##_##n[] = {sources {0}};
#define CHANGE(symbol, n, newer, sources) \
	static const struct conversion_source sources_##symbol##_##n[] = {sources {0}};
#include "scap/conversions.def"
#undef ADD
#undef CHANGE

static const struct conversion conversions[] = {
#define ROW(symbol, n, newer) \
	{PPME_##symbol, n, PPME_##newer, ARRAY_SIZE(sources_##symbol##_##n) - 1, sources_##symbol##_##n},
#define ADD(symbol, n, sources)           ROW(symbol, n, symbol)
#define CHANGE(symbol, n, newer, sources) ROW(symbol, n, newer)
#include "scap/conversions.def"
#undef STAYS
#undef ADD
#undef CHANGE
};

static const uint16_t staying[] = {
#define STAYS(symbol) PPME_##symbol,
#define ADD(...)
#define CHANGE(...)
#include "scap/conversions.def"
#undef STAYS
#undef ADD
#undef CHANGE
};

static const struct {
	uint16_t enter, older;
} olders[] = {
#define OLDER(symbol, older) {PPME_##symbol##_E, PPME_##older##_E},
#include "scap/older.def"
#undef OLDER
};
/* clang-format on */

/* The first row of this type or a later one. */
static size_t first_row(uint32_t type)
{
	size_t low = 0, high = ARRAY_SIZE(conversions);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (conversions[mid].type < type)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct conversion *conversion_at(size_t i)
{
	return i < ARRAY_SIZE(conversions) ? &conversions[i] : NULL;
}

const struct conversion *conversion_of(uint32_t type, uint32_t nparams)
{
	const struct conversion *c;

	for (size_t i = first_row(type); (c = conversion_at(i)) && c->type == type; i++)
		if (c->nparams == nparams)
			return c;
	return NULL;
}

bool conversion_keeps(uint32_t enter)
{
	for (size_t i = 0; i < ARRAY_SIZE(staying); i++)
		if (staying[i] == enter)
			return true;
	return false;
}

/* The parameter of the row's result that comes from parameter k of the enter record, or -1. */
static int taken_from_enter(const struct conversion *c, uint32_t k)
{
	for (uint16_t j = 0; j < c->nsources; j++) {
		const struct conversion_source *s = &c->sources[j];

		if ((s->from == CONVERSION_ENTER || s->from == CONVERSION_ENTER_OR_ZERO) && s->at == k)
			return c->nparams + j;
	}
	return -1;
}

int conversion_enter_param(uint32_t exit, uint32_t k)
{
	const struct conversion *c;

	for (size_t i = first_row(exit); (c = conversion_at(i)) && c->type == exit; i++) {
		int at = c->becomes == exit ? taken_from_enter(c, k) : -1;

		if (at >= 0)
			return at;
	}
	return -1;
}

bool conversion_takes(uint32_t exit, uint32_t k)
{
	const struct conversion *c;

	for (size_t i = first_row(exit); (c = conversion_at(i)) && c->type == exit; i++)
		if (taken_from_enter(c, k) >= 0)
			return true;
	return false;
}

int conversion_older(const struct schema *s, uint32_t type)
{
	if (schema_nparams(s, type) >= 0)
		return (int)type;
	for (size_t i = 0; i < ARRAY_SIZE(olders); i++) {
		uint32_t older = olders[i].older + (type & 1);

		if (olders[i].enter == (type & ~1u) && schema_nparams(s, older) >= 0)
			return (int)older;
	}
	return -1;
}
