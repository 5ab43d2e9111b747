/* SPDX-License-Identifier: MIT */
/*
 * A thread's buffer lives as long as the thread and is reused from call to call, so that nothing is
 * allocated per event.
 *
 *   bytes: u32 length of each parameter in this machine's order, the parameters, the options
 */
#include "tools/scapedit/enters.h"

struct call {
	struct buf bytes;
	uint64_t ts;
	uint32_t nparams;
	uint16_t type;
	bool open, taken, hidden;
};

void enters_init(struct enters *e, struct losses *losses)
{
	*e = (struct enters){.losses = losses};
	map_init(&e->by_tid, sizeof(struct call));
}

static void end(struct enters *e, struct call *call)
{
	if (call->open && call->taken && !call->hidden)
		losses_add(e->losses, LOSS_UNENDED, call->type);
	call->open = false;
}

void enters_release(struct enters *e)
{
	struct call *call;
	size_t pos = 0;
	uint64_t tid;

	while ((call = map_next(&e->by_tid, &pos, &tid))) {
		end(e, call);
		buf_release(&call->bytes);
	}
	map_release(&e->by_tid);
	enters_init(e, e->losses);
}

int enters_put(struct enters *e, const struct event *ev, bool taken, struct err *err)
{
	struct call *call = map_put(&e->by_tid, (uint64_t)ev->tid);
	struct buf *to;

	if (!call)
		return err_memory(err);
	end(e, call);
	*call = (struct call){.bytes = call->bytes,
		.ts = ev->ts,
		.nparams = ev->nparams,
		.type = ev->type,
		.open = true,
		.taken = taken,
		.hidden = ev->flags & EVENT_HIDDEN};
	to = &call->bytes;
	to->big = HOST_BIG;
	buf_clear(to);
	for (uint32_t i = 0; i < ev->nparams; i++)
		buf_u32(to, (uint32_t)ev->params[i].n);
	for (uint32_t i = 0; i < ev->nparams; i++)
		buf_span(to, ev->params[i]);
	buf_put(to, ev->options.p, cursor_left(&ev->options));
	return to->failed ? err_memory(err) : 0;
}

bool enters_take(struct enters *e, const struct event *exit, struct event *enter, bool *taken)
{
	struct call *call = map_get(&e->by_tid, (uint64_t)exit->tid);
	struct cursor lengths, bytes;

	if (!call || !call->open)
		return false;
	lengths = bytes = cursor_of(buf_view(&call->bytes), HOST_BIG);
	cursor_skip(&bytes, 4 * (size_t)call->nparams);
	enter->ts = call->ts;
	enter->tid = exit->tid;
	enter->type = call->type;
	enter->info = event_info(call->type);
	enter->big = exit->big;
	enter->nparams = call->nparams;
	for (uint32_t i = 0; i < call->nparams; i++)
		enter->params[i] = cursor_span(&bytes, cursor_u32(&lengths));
	enter->options = bytes;
	enter->options.big = exit->big;
	*taken = call->taken;
	call->open = false;
	return true;
}

void enters_drop(struct enters *e, int64_t tid)
{
	struct call *call = map_get(&e->by_tid, (uint64_t)tid);

	if (!call)
		return;
	end(e, call);
	buf_release(&call->bytes);
	map_del(&e->by_tid, (uint64_t)tid);
}
