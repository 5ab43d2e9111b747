/* SPDX-License-Identifier: MIT */
/* What tests compare: fields, functions of them, and constants as arguments of functions. */
#ifndef FILTER_OPERAND_H
#define FILTER_OPERAND_H

#include "filter/fields.h"
#include "filter/literal.h"

enum operand_kind {
	OPERAND_FIELD,
	OPERAND_CALL,
	OPERAND_WORD,
	OPERAND_LIST, /* of words, for functions of lists */
};

struct operand {
	uint8_t kind; /* enum operand_kind */
	uint8_t type; /* enum param_type: of its values */
	bool list;    /* has a list of values */
	bool many;    /* can have several values */
	size_t at;    /* where in the expression */
	struct field_ref ref;            /* OPERAND_FIELD */
	const struct function *function; /* OPERAND_CALL */
	struct operand *args;            /* of a call; words of a list */
	struct word word;    /* OPERAND_WORD; of a call, what is in brackets behind it */
	int64_t first, end;  /* bounds of a slice, from the text's end if negative; the mask of & */
	struct buf out;      /* the last text made */
	struct operand *next; /* the next argument */
	struct operand *made; /* all operands of the filter, to be released */
};

struct function {
	const char *name;
	uint8_t args_least, args_most;
	uint8_t type;      /* of its result; PT_NONE: that of its argument */
	uint8_t takes;     /* bits of enum value_class that its arguments can have */
	int8_t list_at;    /* which argument is a list; -1: none */
	bool gives_list;
	bool gathers;      /* its argument may be a list, too, of which it makes one value */
	bool takes_option; /* something in brackets behind the call */
	/* One value after the other, from *pos 0 on. */
	bool (*each)(struct operand *o, const struct view *v, uint64_t *pos, struct value *value);
};

/* The function of this name; NULL when there is none. */
const struct function *function_named(struct span name);

/* Name i of all that can be written in filters; NULL after the last. */
const char *function_name_at(size_t i);

/* Parts of the language that look otherwise: field[1:4], field & 7. */
extern const struct function function_slice, function_mask;

/* Checks the arguments of a call and finds its type. Returns 0, or -1 (err, with its place). */
MUST_CHECK int function_check(struct operand *o, struct err *err);

/*
 * The values of an operand, one after the other, from *pos 0 on. Valid until the next call for o.
 * Returns false after the last.
 */
bool operand_each(struct operand *o, const struct view *v, uint64_t *pos, struct value *value);

/* Whether records of a kind can have values for it. */
enum presence operand_presence(const struct operand *o, unsigned kind);

/* How it is called in messages: the field's or the function's name. */
const char *operand_name(const struct operand *o);

#endif
