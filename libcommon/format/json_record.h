/* SPDX-License-Identifier: MIT */
/*
 * Records as JSON objects, one per line or as an array, and as the pairs of lines that
 * Elasticsearch takes in bulk. An object has the members that were chosen, typed; or, when none
 * were, what every record has and the parameters of the event (json_param.h) or the fields of the
 * packet.
 */
#ifndef FORMAT_JSON_RECORD_H
#define FORMAT_JSON_RECORD_H

#include "format/columns.h"
#include "format/fields_out.h"

enum json_shape {
	JSON_LINES,
	JSON_ARRAY,
	JSON_BULK, /* as tshark's -T ek: an index line, a line with timestamp and layers */
};

struct json_record;

/*
 * chosen is borrowed; NULL: nothing was chosen. Returns NULL on failure (err). Of lists, occurrence
 * says whether all values are shown, in an array, or one of them, which is none.
 */
MUST_CHECK struct json_record *json_record_new(struct columns *chosen, enum json_shape shape,
	enum fields_occurrence occurrence, struct err *err);

/* Accepts NULL. */
void json_record_free(struct json_record *j);

/* A file begins: what fields remember of the one before is forgotten. */
void json_record_restart(struct json_record *j);

/* Append what comes before, and behind, all records. */
void json_record_head(struct json_record *j, struct buf *out);
void json_record_tail(struct json_record *j, struct buf *out);

/* Appends the record that v looks at. */
void json_record_put(struct json_record *j, const struct view *v, struct buf *out);

#endif
