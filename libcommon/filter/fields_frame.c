/* SPDX-License-Identifier: MIT */
/* Fields that every record has, events and packets alike, as Wireshark calls them. */
#include "filter/fields_priv.h"

#include "filter/comments.h"

static uint64_t since(uint64_t ts, uint64_t start)
{
	return start && ts > start ? ts - start : 0;
}

GET(number)
{
	return give_uint(v->place->frame, value);
}

GET(time)
{
	return give_uint(v->place->ts, value);
}

PUT(time)
{
	times_put_date(v->local, v->place->ts, b);
	return true;
}

/* Since when a row counts. */
enum {
	SINCE_1970,
	SINCE_FIRST,
	SINCE_BEFORE,
	SINCE_SHOWN,
};

GET(since)
{
	const struct place *p = v->place;
	const uint64_t starts[] = {0, p->frame_ts, p->prev_ts, v->shown_ts};
	uint64_t start = starts[r->field->at];

	return give_uint(r->field->at == SINCE_1970 ? p->ts : since(p->ts, start), value);
}

PUT(since)
{
	struct value value;

	get_since(v, r, &value);
	times_put_seconds(value.u, b);
	return true;
}

GET(len)
{
	return give_uint(v->packet ? v->packet->length : view_event(v)->length, value);
}

GET(cap_len)
{
	return give_uint(v->packet ? v->packet->data.n : view_event(v)->length, value);
}

/* *pos counts them. */
NEXT(comment)
{
	struct cursor c = v->packet ? v->packet->options : view_event(v)->options;
	struct span text;

	for (uint64_t n = 0; comments_next(&c, &text); n++)
		if (n == *pos)
			return ++*pos && give_text(text, value);
	return false;
}

GET(interface_name)
{
	return give_known(span_str(v->packet->via->name), value);
}

PUT(interface)
{
	if (v->packet->via->name[0])
		param_put_text(&v->params, span_str(v->packet->via->name), b);
	else
		buf_dec(b, v->packet->interface);
	return true;
}

GET(interface)
{
	return give_uint(v->packet->interface, value);
}

#define ROW(name, type, format, flags, scope, get, put, next, at, help) \
	{"frame" name, type, format, FA_NONE, flags, scope, get, put, next, at, help}

/* clang-format off */
const struct field fields_frame[] = {
	ROW(".number",        PT_UINT64,  VF_ID,  0,             scope_any,    get_number,    NULL,      NULL,         0,            "number of the record in its file, from 1"),
	ROW(".time",          PT_ABSTIME, VF_NA,  FIELD_SECONDS, scope_any,    get_time,      put_time,  NULL,         0,            "date and time"),
	ROW(".time_epoch",    PT_ABSTIME, VF_NA,  FIELD_SECONDS, scope_any,    get_since,     put_since, NULL,         SINCE_1970,   "seconds since 1970"),
	ROW(".time_relative", PT_RELTIME, VF_NA,  FIELD_SECONDS, scope_any,    get_since,     put_since, NULL,         SINCE_FIRST,  "seconds since the first record"),
	ROW(".time_delta",    PT_RELTIME, VF_NA,  FIELD_SECONDS, scope_any,    get_since,     put_since, NULL,         SINCE_BEFORE, "seconds since the record before"),
	ROW(".time_delta_displayed", PT_RELTIME, VF_NA, FIELD_SECONDS | FIELD_PRINT_ONLY, scope_any, get_since, put_since, NULL, SINCE_SHOWN, "seconds since the record shown before"),
	ROW(".len",           PT_UINT32,  VF_DEC, 0,             scope_any,    get_len,       NULL,      NULL,         0,            "length of the event, or of the packet on the wire"),
	ROW(".cap_len",       PT_UINT32,  VF_DEC, 0,             scope_any,    get_cap_len,   NULL,      NULL,         0,            "how much of it was captured"),
	ROW(".comment",       PT_CHARBUF, VF_NA,  0,             scope_any,    NULL,          NULL,      next_comment, 0,            "comments on the record"),
	ROW(".interface_id",  PT_UINT32,  VF_ID,  0,             scope_packet, get_interface, NULL,      NULL,         0,            "number of the interface in its section"),
	ROW(".interface",     PT_CHARBUF, VF_NA,  0,             scope_packet, NULL,          put_interface, NULL,     0,            "name of the interface, or else its number"),
	ROW(".interface_name", PT_CHARBUF, VF_NA, 0,             scope_packet, get_interface_name, NULL, NULL,         0,            "name of the interface"),
	{.name = NULL},
};
/* clang-format on */

/* Grows with each use. */
GET(counter)
{
	return give_uint(++r->used, value);
}

/* clang-format off */
const struct field fields_util[] = {
	{"util.cnt", PT_UINT64, VF_ID, FA_NONE, 0, scope_event, get_counter, NULL, NULL, 0, "number that grows by 1 with each use"},
	{.name = NULL},
};
/* clang-format on */
