/* SPDX-License-Identifier: MIT */
/*
 * The members that every record has are fields of the registry under shorter names, so that they
 * say what filters and templates say.
 */
#include "format/json_record.h"

#include <stdlib.h>

#include "filter/comments.h"
#include "format/json_param.h"
#include "format/json_put.h"

/* Which members stand together. */
enum group {
	OF_EVENT,
	OF_FD,     /* where there is a descriptor */
	OF_RESULT, /* behind that */
	OF_PACKET,
	GROUPS,
};

/* What records have in front of their parameters and layers. */
static const struct {
	enum group group;
	const char *key, *field;
} members[] = {
	{OF_EVENT, "num", "evt.num"},
	{OF_EVENT, "cpu", "evt.cpu"},
	{OF_EVENT, "dir", "evt.dir"},
	{OF_EVENT, "type", "evt.type"},
	{OF_EVENT, "category", "evt.category"},
	{OF_EVENT, "tid", "thread.tid"},
	{OF_EVENT, "pid", "proc.pid"},
	{OF_EVENT, "proc", "proc.name"},
	{OF_EVENT, "uid", "user.uid"},
	{OF_EVENT, "user", "user.name"},
	{OF_EVENT, "container", "container.id"},
	{OF_FD, "fd", "fd.num"},
	{OF_FD, "fd_type", "fd.type"},
	{OF_FD, "fd_name", "fd.name"},
	{OF_RESULT, "res", "evt.rawres"},
	{OF_RESULT, "result", "evt.res"},
	{OF_RESULT, "duration", "evt.duration"},
	{OF_PACKET, "frame", "frame.number"},
	{OF_PACKET, "interface", "frame.interface"},
	{OF_PACKET, "length", "frame.len"},
	{OF_PACKET, "captured", "frame.cap_len"},
	{OF_PACKET, "info", "packet.info"},
};

/* The class of the registry that has the fields of packets. */
#define PACKETS "packet"

struct json_record {
	enum json_shape shape;
	enum fields_occurrence occurrence;
	struct columns *chosen; /* NULL: none */
	struct columns groups[GROUPS], layers;
	struct buf scratch;
	struct times times; /* UTC */
	bool some;          /* a record was shown */
};

static bool make_group(struct json_record *j, enum group g, struct err *err)
{
	const char *fields[ARRAY_SIZE(members)], *keys[ARRAY_SIZE(members)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (members[i].group == g) {
			keys[n] = members[i].key;
			fields[n++] = members[i].field;
		}
	}
	if (columns_init(&j->groups[g], fields, n, err) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		j->groups[g].at[i].name = keys[i];
	return true;
}

static bool make(struct json_record *j, struct err *err)
{
	times_init(&j->times, true);
	for (enum group g = 0; g < GROUPS; g++)
		if (!make_group(j, g, err))
			return false;
	return columns_init_class(&j->layers, PACKETS, err) == 0;
}

struct json_record *json_record_new(struct columns *chosen, enum json_shape shape,
	enum fields_occurrence occurrence, struct err *err)
{
	struct json_record *j = calloc(1, sizeof(*j));

	if (!j) {
		err_memory(err);
		return NULL;
	}
	j->chosen = chosen;
	j->shape = shape;
	j->occurrence = occurrence;
	if (!make(j, err)) {
		json_record_free(j);
		return NULL;
	}
	return j;
}

void json_record_free(struct json_record *j)
{
	if (!j)
		return;
	for (enum group g = 0; g < GROUPS; g++)
		columns_release(&j->groups[g]);
	columns_release(&j->layers);
	buf_release(&j->scratch);
	free(j);
}

void json_record_restart(struct json_record *j)
{
	for (enum group g = 0; g < GROUPS; g++)
		columns_restart(&j->groups[g]);
	columns_restart(&j->layers);
}

/* --- values of fields ----------------------------------------------------------------------- */

/* Appends what was rendered from at on as a text. */
static void text_from(struct json_record *j, size_t at, struct buf *out)
{
	buf_clear(&j->scratch);
	buf_span(&j->scratch, span_of(out->p ? out->p + at : NULL, out->n - at));
	out->n = at;
	json_put_text(out, buf_view(&j->scratch));
}

static void put_typed(
	struct json_record *j, const struct column *c, const struct value *value, struct buf *out)
{
	size_t at;

	if (value->kind == VALUE_TEXT) {
		json_put_text(out, value->s);
	} else if (value->kind == VALUE_BYTES && c->ref.field->format == VF_NA) {
		json_put_base64(out, value->s);
	} else if (value->kind == VALUE_BYTES || value->kind == VALUE_ADDRESS) {
		at = out->n;
		value_put(value, (enum value_format)c->ref.field->format, out);
		text_from(j, at, out);
	} else {
		json_put_number(out, value);
	}
}

/* Whether a text is a number of seconds, "12.000000345". */
static bool is_decimal(struct span s)
{
	size_t dots = 0;

	for (size_t i = 0; i < s.n; i++) {
		dots += s.p[i] == '.';
		if (s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9') && !(i == 0 && s.p[i] == '-'))
			return false;
	}
	return dots == 1;
}

/* What is written in seconds is a number of seconds; dates are texts. */
static bool put_seconds(
	struct json_record *j, struct column *c, const struct view *v, struct buf *out)
{
	buf_clear(&j->scratch);
	if (!column_text(c, v, &j->scratch))
		return false;
	if (is_decimal(buf_view(&j->scratch))) {
		json_comma(out);
		buf_span(out, buf_view(&j->scratch));
	} else {
		json_put_text(out, buf_view(&j->scratch));
	}
	return true;
}

static bool put_list(struct json_record *j, struct column *c, const struct view *v, struct buf *out)
{
	size_t at = out->n;
	struct value value;
	uint64_t pos = 0;
	bool some = false;

	if (j->occurrence == OCCURRENCE_ALL)
		buf_char(out, '[');
	while (field_each(v, &c->ref, &pos, &value)) {
		if (j->occurrence == OCCURRENCE_LAST)
			out->n = at;
		put_typed(j, c, &value, out);
		some = true;
		if (j->occurrence == OCCURRENCE_FIRST)
			break;
	}
	if (j->occurrence == OCCURRENCE_ALL)
		buf_char(out, ']');
	return some;
}

/* Fields of several values; not when an argument picks one of them. */
static bool is_list(const struct column *c)
{
	const struct field_ref *r = &c->ref;

	return column_is_list(c) || (r->field->next && r->field->flags & FIELD_WORDS && !r->arg.n);
}

static bool put_value(
	struct json_record *j, struct column *c, const struct view *v, struct buf *out)
{
	struct value value;

	if (is_list(c))
		return put_list(j, c, v, out);
	if (c->ref.field->flags & FIELD_SECONDS)
		return put_seconds(j, c, v, out);
	if (!field_value(v, &c->ref, &value))
		return false;
	put_typed(j, c, &value, out);
	return true;
}

/* Appends the members that have values. */
static void put_columns(
	struct json_record *j, struct columns *c, const struct view *v, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		size_t before = out->n;

		if (!column_fits(&c->at[i], v))
			continue;
		if (j->shape == JSON_BULK)
			json_put_flat_key(out, c->at[i].name);
		else
			json_put_key(out, c->at[i].name);
		if (!put_value(j, &c->at[i], v, out))
			out->n = before;
	}
}

/* --- records -------------------------------------------------------------------------------- */

static void put_comments(struct cursor options, struct buf *out)
{
	struct span text;
	bool some = false;

	while (comments_next(&options, &text)) {
		if (!some) {
			json_put_key(out, "comments");
			buf_char(out, '[');
		}
		some = true;
		json_put_text(out, text);
	}
	if (some)
		buf_char(out, ']');
}

/* Nanoseconds since 1970, and as date and time. */
static void put_time(struct json_record *j, uint64_t ts, struct buf *out)
{
	json_put_key(out, "ts");
	buf_dec(out, ts);
	json_put_key(out, "time");
	buf_char(out, '"');
	times_put_iso(&j->times, ts, out);
	if (out->failed)
		return;
	out->n -= strlen("+0000");
	buf_text(out, "Z\"");
}

static void put_event(struct json_record *j, const struct view *v, struct buf *out)
{
	put_time(j, view_event(v)->ts, out);
	put_columns(j, &j->groups[OF_EVENT], v, out);
	if (v->params.m->fd >= 0)
		put_columns(j, &j->groups[OF_FD], v, out);
	put_columns(j, &j->groups[OF_RESULT], v, out);
	json_put_params(&v->params, &j->scratch, out);
	put_comments(view_event(v)->options, out);
}

static void put_packet(struct json_record *j, const struct view *v, struct buf *out)
{
	if (v->packet->has_ts)
		put_time(j, v->packet->ts, out);
	put_columns(j, &j->groups[OF_PACKET], v, out);
	json_put_key(out, PACKETS);
	buf_char(out, '{');
	put_columns(j, &j->layers, v, out);
	buf_char(out, '}');
	json_put_key(out, "data");
	json_put_base64(out, v->packet->data);
	put_comments(v->packet->options, out);
}

static void put_object(struct json_record *j, const struct view *v, struct buf *out)
{
	buf_char(out, '{');
	if (j->chosen)
		put_columns(j, j->chosen, v, out);
	else if (v->packet)
		put_packet(j, v, out);
	else
		put_event(j, v, out);
	buf_char(out, '}');
}

/* The index is one per day, as tshark's are, and says what is in it. */
static void put_bulk(struct json_record *j, const struct view *v, struct buf *out)
{
	uint64_t ts = v->place->ts;

	buf_text(out, v->packet ? "{\"index\":{\"_index\":\"packets-"
				: "{\"index\":{\"_index\":\"events-");
	times_put_date_s(&j->times, ts, out);
	if (out->failed)
		return;
	out->n -= strlen(" 00:00:00");
	buf_text(out, "\"}}\n{\"timestamp\":\"");
	buf_dec(out, ts / 1000000);
	buf_text(out, "\",\"layers\":");
	put_object(j, v, out);
	buf_text(out, "}\n");
}

void json_record_head(struct json_record *j, struct buf *out)
{
	if (j->shape == JSON_ARRAY)
		buf_text(out, "[");
}

void json_record_tail(struct json_record *j, struct buf *out)
{
	if (j->shape == JSON_ARRAY)
		buf_text(out, j->some ? "\n]\n" : "]\n");
}

void json_record_put(struct json_record *j, const struct view *v, struct buf *out)
{
	struct view raw = *v;

	raw.params.raw = true;
	if (j->shape == JSON_BULK) {
		put_bulk(j, &raw, out);
	} else {
		if (j->shape == JSON_ARRAY)
			buf_text(out, j->some ? ",\n" : "\n");
		put_object(j, &raw, out);
		if (j->shape == JSON_LINES)
			buf_char(out, '\n');
	}
	j->some = true;
	out->failed |= j->scratch.failed;
}
