/* SPDX-License-Identifier: MIT */
/* Places in files; and values and texts of fields, each made of the other where a row has only one. */
#include "filter/view.h"

#include "filter/fields_priv.h"

/* --- places --------------------------------------------------------------------------------- */

static void next_frame(struct place *p, uint64_t ts)
{
	p->frame++;
	p->prev_ts = p->ts;
	p->ts = ts;
	if (!p->frame_ts)
		p->frame_ts = ts;
}

void place_event(struct place *p, const struct event *ev)
{
	next_frame(p, ev->ts);
	p->num++;
	if (p->started)
		return;
	p->first_ts = ev->ts;
	p->started = !(ev->info && ev->info->category & EC_METAEVENT);
}

void place_packet(struct place *p, const struct packet *packet)
{
	next_frame(p, packet->has_ts ? packet->ts : p->ts);
}

/* --- fields --------------------------------------------------------------------------------- */

static bool right_family(const struct field_ref *r, const struct value *value)
{
	return !r->family || value->kind != VALUE_ADDRESS || value->v6 == (r->family == 6);
}

/* Fields of packets are for packets, most others for events. */
static bool right_record(const struct view *v, const struct field *f)
{
	return v->packet ? f->scope == scope_packet || f->scope == scope_any
			 : f->scope != scope_packet;
}

bool field_each(const struct view *v, struct field_ref *r, uint64_t *pos, struct value *value)
{
	if (!right_record(v, r->field))
		return false;
	if (!r->field->next)
		return (*pos)++ == 0 && field_value(v, r, value);
	while (r->field->next(v, r, pos, value))
		if (right_family(r, value))
			return true;
	return false;
}

bool field_value(const struct view *v, struct field_ref *r, struct value *value)
{
	const struct field *f = r->field;
	uint64_t pos = 0;

	if (!right_record(v, f))
		return false;
	if (f->get)
		return f->get(v, r, value) && right_family(r, value);
	if (!f->put)
		return field_each(v, r, &pos, value);
	buf_clear(&r->text);
	if (!f->put(v, r, &r->text))
		return false;
	*value = value_text(buf_view(&r->text));
	return true;
}

/* One value after the other, commas between. */
static bool put_values(const struct view *v, struct field_ref *r, struct buf *b)
{
	const struct field *f = r->field;
	struct value value;
	uint64_t pos = 0;
	bool some = false;

	if (f->get) {
		some = field_value(v, r, &value);
		if (some)
			field_put_value(v, r, &value, b);
		return some;
	}
	while (field_each(v, r, &pos, &value)) {
		if (some)
			buf_char(b, ',');
		field_put_value(v, r, &value, b);
		some = true;
	}
	return some;
}

/* Fields of packets have no put, so that this way is short for events. */
bool field_text(const struct view *v, struct field_ref *r, struct buf *b)
{
	const struct field *f = r->field;

	if (f->put && (!v->packet || f->scope == scope_any))
		return f->put(v, r, b);
	return !f->put && put_values(v, r, b);
}
