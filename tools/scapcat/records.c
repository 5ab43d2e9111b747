/* SPDX-License-Identifier: MIT */
/* Which records are shown, with which fields; what they look like is up to the formats. */
#include "tools/scapcat/records.h"

#include <stdlib.h>

#include "format/json_record.h"

/* The columns of a table unless somebody chooses others. */
static const char *const usual[] = {"frame.number", "evt.num", "frame.time_epoch", "evt.cpu",
	"proc.name", "proc.pid", "thread.tid", "evt.dir", "evt.type", "evt.res", "fd.name",
	"evt.args", "packet.info"};

struct records {
	struct records_opts opts;
	struct columns columns;
	struct json_record *json; /* NULL: rows of a table */
	struct buf scratch;
};

static bool make(struct records *r, struct err *err)
{
	static const enum json_shape shapes[] = {[RECORDS_JSON] = JSON_ARRAY,
		[RECORDS_JSONL] = JSON_LINES,
		[RECORDS_EK] = JSON_BULK};
	struct records_opts *o = &r->opts;
	bool table = o->kind == RECORDS_FIELDS;

	if (table && !o->nfields) {
		o->fields = usual;
		o->nfields = ARRAY_SIZE(usual);
	}
	if (columns_init(&r->columns, o->fields, o->nfields, err) < 0)
		return false;
	if (!table)
		r->json = json_record_new(
			o->nfields ? &r->columns : NULL, shapes[o->kind], o->out.occurrence, err);
	return table || r->json;
}

struct records *records_new(const struct records_opts *opts, struct err *err)
{
	struct records *r = calloc(1, sizeof(*r));

	if (!r) {
		err_memory(err);
		return NULL;
	}
	r->opts = *opts;
	if (!make(r, err)) {
		records_free(r);
		return NULL;
	}
	return r;
}

void records_free(struct records *r)
{
	if (!r)
		return;
	json_record_free(r->json);
	columns_release(&r->columns);
	buf_release(&r->scratch);
	free(r);
}

void records_restart(struct records *r)
{
	columns_restart(&r->columns);
	if (r->json)
		json_record_restart(r->json);
}

void records_head(struct records *r, struct buf *out)
{
	if (r->json)
		json_record_head(r->json, out);
	else
		fields_out_head(&r->opts.out, &r->columns, &r->scratch, out);
}

void records_tail(struct records *r, struct buf *out)
{
	if (r->json)
		json_record_tail(r->json, out);
}

void records_put(struct records *r, const struct view *v, struct buf *out)
{
	if (r->opts.nfields && !(v->packet ? r->columns.of_packets : r->columns.of_events))
		return;
	if (r->json)
		json_record_put(r->json, v, out);
	else
		fields_out_row(&r->opts.out, &r->columns, v, &r->scratch, out);
}
