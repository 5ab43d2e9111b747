/* SPDX-License-Identifier: MIT */
/*
 * How records of one schema become those of another: the rows of conversions.def, which lead to the
 * newest, and of older.def, which lead back.
 */
#ifndef SCAP_CONVERSIONS_H
#define SCAP_CONVERSIONS_H

#include "scap/event_table.h"

/* Where a parameter comes from. */
enum conversion_from {
	CONVERSION_THIS,          /* the record itself */
	CONVERSION_ENTER,         /* the enter record of its call; empty without one */
	CONVERSION_ENTER_OR_ZERO, /* the same; zero without one */
	CONVERSION_EMPTY,
	CONVERSION_ZERO,
	CONVERSION_BUILT, /* JSON of all parameters of an old container record */
};

struct conversion_source {
	uint8_t from; /* enum conversion_from */
	uint8_t at;   /* number of the parameter there */
};

/* A step to the newest schema. */
struct conversion {
	uint16_t type;
	uint16_t nparams; /* records with so many are meant */
	uint16_t becomes; /* the type itself: what sources say comes behind what is there */
	uint16_t nsources;
	const struct conversion_source *sources;
};

/* The next step for a record, or NULL when there is none. Static. */
const struct conversion *conversion_of(uint32_t type, uint32_t nparams);

/* The rows, in order of types, for lists and tests; NULL after the last. */
const struct conversion *conversion_at(size_t i);

/*
 * Whether the newest writers still write this enter record. What others say stands in the exit
 * record.
 */
bool conversion_keeps(uint32_t enter);

/*
 * Number of the parameter of an exit record that says what parameter k of its enter record does;
 * -1 when no rule tells.
 */
int conversion_enter_param(uint32_t exit, uint32_t k);

/* Whether some row puts parameter k of the enter record into this exit record or what it becomes. */
bool conversion_takes(uint32_t exit, uint32_t k);

/* What s has in the place of a type of a system call: the type itself, an older one, or -1. */
int conversion_older(const struct schema *s, uint32_t type);

#endif
