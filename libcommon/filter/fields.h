/* SPDX-License-Identifier: MIT */
/*
 * The registry of fields: a row per field, with its type, what it is about and the function that
 * gets its value. Filters, templates, lists and records of fields all look here.
 */
#ifndef FILTER_FIELDS_H
#define FILTER_FIELDS_H

#include "filter/arena.h"
#include "filter/value.h"
#include "filter/view.h"

struct field_ref;

/* Whether records of a kind can have a field. */
enum presence {
	ABSENT,
	FIXED,  /* they have, and the value depends on the kind alone */
	VARIES,
};

typedef enum presence field_scope(const struct field_ref *r, unsigned kind);
typedef bool field_get(const struct view *v, struct field_ref *r, struct value *value);
typedef bool field_next(
	const struct view *v, struct field_ref *r, uint64_t *pos, struct value *value);
typedef bool field_put(const struct view *v, struct field_ref *r, struct buf *b);

/* What goes into brackets behind a field's name, or behind a dot. */
enum field_arg {
	FA_NONE,
	FA_INDEX,       /* a number, or nothing: proc.aname[2] */
	FA_KEY,         /* a name, or nothing: proc.env[HOME] */
	FA_NEED_KEY,    /* a name: thread.cgroup[memory] */
	FA_NEED_INDEX,  /* a number */
	FA_PARAM,       /* name or number of a parameter: evt.arg.fd */
	FA_NEED_TYPE,   /* name of an event type: evt.type.is.open */
};

enum field_flag {
	FIELD_STATE = 1,        /* needs the state */
	FIELD_FILTER_ONLY = 2,  /* has no one value that could be printed */
	FIELD_PRINT_ONLY = 4,
	FIELD_HIDDEN = 8,       /* works, but lists do not have it */
	FIELD_LIST = 16,        /* has many values: in means all of them, intersects one */
	FIELD_ENDS = 32,        /* has two values: != means both, everything else one */
	FIELD_EVENT_NAME = 64,  /* its values are names of event types */
	FIELD_EVENT_TYPE = 128, /* its values are their numbers */
	FIELD_WORDS = 256,      /* a text that is also a list of words, for functions of lists */
	FIELD_DEPRECATED = 512,
	FIELD_WITHIN = 1024,    /* = means at most: evt.around */
	FIELD_SECONDS = 2048,   /* times that are written in seconds, not nanoseconds */
	FIELD_TIMED = 4096,     /* needs the state, too, while the view's time is TEXT_TIME_CALL */
};

/*
 * A row of a table. get gives the value; put appends it as text, escaped as the view asks for; next
 * gives one value after the other, from *pos 0 on. A row has at least one of the three; what it has
 * not is done with what it has. All return false when there is no (further) value.
 */
struct field {
	const char *name;
	uint8_t type;    /* enum param_type */
	uint8_t format;  /* enum value_format */
	uint8_t arg;     /* enum field_arg */
	uint16_t flags;  /* enum field_flag */
	field_scope *scope;
	field_get *get;
	field_put *put;
	field_next *next;
	size_t at;       /* for the functions: where a member is, or which of several things */
	const char *help;
};

/* A field as it stands in a filter or template, with its argument, and memory for its texts. */
struct field_ref {
	const struct field *field;
	struct span arg;      /* with a NUL behind it; empty without argument */
	int64_t index;        /* the argument as a number, or -1 */
	uint8_t family;       /* 4 or 6: only addresses of this kind; 0: all */
	int16_t *params;      /* FA_PARAM: where in each event type it is, or -1 */
	struct buf text;      /* the last text made, or value */
	uint64_t used;        /* how often it was looked at, if the field counts that */
	void *own;            /* what the field remembers, of its file's own making */
	void (*forget)(void *own);
};

/* --- the registry --------------------------------------------------------------------------- */

/* Fields that are about the same, as lists show them. */
struct field_class {
	const char *name;           /* "evt" */
	const char *help;
	const struct field *fields; /* end with a row without name */
};

/* Class i, field i of all classes together; NULL after the last. Static. */
const struct field_class *field_class_at(size_t i);
const struct field *field_at(size_t i);

/* Other names of fields, such as Wireshark's; NULL after the last. *field is what name means. */
const char *field_alias_at(size_t i, const char **field);

/* The field with this name or alias; NULL when there is none. */
const struct field *field_named(struct span name);

/*
 * The field that text starts with: the longest one that ends there as a word. *used is how many
 * bytes of text its name, or alias, has. NULL when there is none.
 */
const struct field *field_at_start(struct span text, size_t *used);

/*
 * Splits the name of a field with an argument behind a dot ("evt.arg.fd", "proc.aname.2",
 * "fd.rip.v4"): returns the field and sets *arg; empty when all of name is the field's. NULL when
 * there is no such field.
 */
const struct field *field_split(struct span name, struct span *arg);

/* --- references ----------------------------------------------------------------------------- */

/*
 * Makes r a reference to f with this argument, which is copied into a; strict says that a parameter
 * that no event has is an error. Returns 0, or -1 (err). Release it in any case.
 */
MUST_CHECK int field_ref_init(struct field_ref *r, const struct field *f, struct span arg,
	bool strict, struct arena *a, struct err *err);

/* Frees what r has made; the rest is in the arena. */
void field_ref_release(struct field_ref *r);

/* A file begins: what the field remembers of the one before is forgotten. */
void field_ref_restart(struct field_ref *r);

/* Whether records of a kind can have the field. */
enum presence field_presence(const struct field_ref *r, unsigned kind);

/* The value, the first of several. Returns whether there is one. Valid until the next call for r. */
bool field_value(const struct view *v, struct field_ref *r, struct value *value);

/*
 * One value after the other, from *pos 0 on; fields with one value have it once. Returns false after
 * the last. Valid until the next call for r.
 */
bool field_each(const struct view *v, struct field_ref *r, uint64_t *pos, struct value *value);

/* Appends the field as text. Returns whether there was a value; else something may be appended. */
bool field_text(const struct view *v, struct field_ref *r, struct buf *b);

#endif
