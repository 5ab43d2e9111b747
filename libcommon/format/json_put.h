/* SPDX-License-Identifier: MIT */
/*
 * JSON as text, value by value. Commas come by themselves: a value or key that follows another one
 * gets one in front.
 */
#ifndef FORMAT_JSON_PUT_H
#define FORMAT_JSON_PUT_H

#include "filter/value.h"

/* A comma, unless something has just been opened or nothing is there yet. */
static inline void json_comma(struct buf *b)
{
	uint8_t last = b->n ? b->p[b->n - 1] : '[';

	if (last != '{' && last != '[' && last != ':' && last != '\n')
		buf_char(b, ',');
}

/*
 * Append a text. Bytes that are no UTF-8 become U+FFFD, one for each that cannot be part of a
 * character and one for each character that is cut, as Unicode recommends. Control characters are
 * escaped, DEL and C1 too, so that nothing commands a terminal.
 */
void json_put_text(struct buf *b, struct span s);

/* Append `"name":`; name is ours and needs no escapes. */
void json_put_key(struct buf *b, const char *name);

/* Append `"name":` with a '_' for each '.' of the name. */
void json_put_flat_key(struct buf *b, const char *name);

/*
 * Append a number or a truth. Numbers that no signed 64 bits hold are texts, because many readers
 * of JSON would refuse or round them.
 */
void json_put_number(struct buf *b, const struct value *v);

/* Append bytes as a text of base64. */
void json_put_base64(struct buf *b, struct span s);

#endif
