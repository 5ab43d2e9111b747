/* SPDX-License-Identifier: MIT */
/*
 * { u32 cpus, u64 memory, u64 highest pid, 128 bytes of host name, u64 boot time, u64 flags,
 * 16 bytes reserved }
 */
#include "scap/machine.h"

#define HOST_AT   20
#define HOST_SIZE 128
#define RESERVED  16
#define KNOWN     (HOST_AT + HOST_SIZE + 16)

void machine_read(struct cursor *c, struct meta_machine *m)
{
	*m = (struct meta_machine){0};
	m->cpus = cursor_u32(c);
	m->memory = cursor_u64(c);
	m->max_pid = cursor_u64(c);
	m->host = span_cstr(cursor_span(c, MIN(cursor_left(c), (size_t)HOST_SIZE)));
	m->boot_ts = cursor_u64(c);
	m->flags = cursor_u64(c);
}

void machine_put(struct buf *b, const struct meta_machine *m)
{
	size_t n = MIN(m->host.n, (size_t)HOST_SIZE - 1);

	buf_u32(b, m->cpus);
	buf_u64(b, m->memory);
	buf_u64(b, m->max_pid);
	buf_put(b, m->host.p, n);
	buf_zeros(b, HOST_SIZE - n);
	buf_u64(b, m->boot_ts);
	buf_u64(b, m->flags);
	buf_zeros(b, RESERVED);
}

void machine_put_again(struct buf *b, struct cursor was, const struct meta_machine *m)
{
	struct cursor c = was;
	size_t n = cursor_left(&was), start = b->n;
	struct meta_machine old;

	machine_read(&c, &old);
	machine_put(b, m);
	if (b->failed)
		return;
	/* Not all writers clear what is behind the name. */
	if (span_eq(old.host, m->host) && n > HOST_AT)
		memcpy(b->p + start + HOST_AT, was.p + HOST_AT,
			MIN(n - HOST_AT, (size_t)HOST_SIZE));
	b->n = start + MIN(n, (size_t)KNOWN);
	cursor_skip(&was, MIN(n, (size_t)KNOWN));
	buf_put(b, was.p, cursor_left(&was));
}
