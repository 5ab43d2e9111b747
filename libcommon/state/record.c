/* SPDX-License-Identifier: MIT */
/* Values go into one buffer; the parameters become spans of it when it does not move any more. */
#include "state/record.h"

void record_init(struct record *r, struct writer *w, uint64_t ts)
{
	*r = (struct record){.w = w};
	r->values.big = w->block.big;
	r->ev.big = w->block.big;
	r->ev.flags = EVENT_HIDDEN;
	r->ev.ts = ts;
}

void record_release(struct record *r)
{
	buf_release(&r->values);
}

void record_begin(struct record *r, uint16_t type, int64_t tid)
{
	buf_clear(&r->values);
	r->ev.type = type;
	r->ev.info = event_info(type);
	r->ev.tid = tid;
	r->ev.nparams = 0;
}

static void end_value(struct record *r)
{
	r->ends[r->ev.nparams++] = r->values.n;
}

void record_u8(struct record *r, uint8_t v)
{
	buf_u8(&r->values, v);
	end_value(r);
}

void record_u32(struct record *r, uint32_t v)
{
	buf_u32(&r->values, v);
	end_value(r);
}

void record_i64(struct record *r, int64_t v)
{
	buf_u64(&r->values, (uint64_t)v);
	end_value(r);
}

void record_text(struct record *r, struct span s)
{
	buf_span(&r->values, s);
	buf_u8(&r->values, 0);
	end_value(r);
}

void record_bytes(struct record *r, struct span s)
{
	buf_span(&r->values, s);
	end_value(r);
}

static void put_end(struct buf *b, uint8_t family, const uint8_t *ip, uint16_t port)
{
	buf_put(b, ip, family == ADDR_INET6 ? 16 : 4);
	buf_u16(b, port);
}

void record_addr(struct record *r, const struct addr_tuple *a)
{
	buf_u8(&r->values, a->family);
	put_end(&r->values, a->family, a->sip, a->sport);
	end_value(r);
}

void record_tuple(struct record *r, const struct addr_tuple *t)
{
	buf_u8(&r->values, t->family);
	put_end(&r->values, t->family, t->sip, t->sport);
	put_end(&r->values, t->family, t->dip, t->dport);
	end_value(r);
}

void record_rest(struct record *r)
{
	while (r->ev.nparams < r->ev.info->nparams) {
		buf_zeros(&r->values, param_width(r->ev.info->params[r->ev.nparams].type));
		end_value(r);
	}
}

int record_end(struct record *r, struct err *err)
{
	size_t at = 0;

	if (r->values.failed)
		return err_memory(err);
	for (uint32_t i = 0; i < r->ev.nparams; i++) {
		r->ev.params[i] = span_of(r->values.p + at, r->ends[i] - at);
		at = r->ends[i];
	}
	return event_write(r->w, &r->ev, err);
}
