/* SPDX-License-Identifier: MIT */
/* What calls read and write: buffers, vectors, messages; as much of it as the snaplen allows. */
#include "tools/scapcap/emit_priv.h"

/* How much data of a call is kept: it may depend on what the descriptor in its first argument is.
 */
static uint64_t snaplen_of(const struct emit *e)
{
	const struct snaplen *s = &e->opts.snaplen;
	struct stat st;

	if (!s->given[SNAPLEN_NET] && !s->given[SNAPLEN_FILE])
		return snaplen_for(s, SNAPLEN_DEFAULT);
	if (emit_fd_stat(e, emit_fd(e, 0), &st) < 0)
		return snaplen_for(s, SNAPLEN_DEFAULT);
	return snaplen_for(s, S_ISSOCK(st.st_mode)  ? SNAPLEN_NET
			      : S_ISREG(st.st_mode) ? SNAPLEN_FILE
						    : SNAPLEN_DEFAULT);
}

static bool vector_read(const struct emit *e, struct vector *v, uint64_t at)
{
	*v = (struct vector){0};
	if (!emit_read(e, at, v, vector_size(e->call->nr)))
		return false;
	vector_widen(e->call->nr, v);
	return true;
}

static bool message_read(const struct emit *e, struct message *m, uint64_t at)
{
	*m = (struct message){0};
	if (!emit_read(e, at, m, message_size(e->call->nr)))
		return false;
	message_widen(e->call->nr, m);
	return true;
}

static uint64_t vectors_size(const struct emit *e, uint64_t at, uint64_t n)
{
	struct vector v;
	uint64_t size = 0;

	for (uint64_t i = 0; i < MIN(n, MAX_VECTORS); i++) {
		if (!vector_read(e, &v, at + i * vector_size(e->call->nr)))
			break;
		size += v.len;
	}
	return size;
}

/* Up to limit bytes of n vectors. */
static void put_vectors(struct emit *e, uint64_t at, uint64_t n, uint64_t limit)
{
	struct vector v;

	limit = MIN(limit, snaplen_of(e));
	for (uint64_t i = 0; i < MIN(n, DATA_VECTORS) && limit; i++) {
		uint64_t part;

		if (!vector_read(e, &v, at + i * vector_size(e->call->nr)))
			break;
		part = MIN(v.len, limit);
		if (emit_put_memory(e, v.base, part) != part)
			break;
		limit -= part;
	}
}

static void put_buffer(struct emit *e, uint64_t at, uint64_t n)
{
	emit_put_memory(e, at, MIN(n, snaplen_of(e)));
}

/* How many bytes a call that writes takes or took, of those it was given. */
static uint64_t taken(const struct emit *e, uint64_t given)
{
	return emit_ret(e) > 0 ? (uint64_t)emit_ret(e) : given;
}

static uint64_t returned(const struct emit *e)
{
	return emit_ret(e) > 0 ? (uint64_t)emit_ret(e) : 0;
}

uint64_t emit_data_number(struct emit *e, const struct param *p)
{
	struct message m;

	if (p->source == SRC_IOV_SIZE)
		return vectors_size(e, emit_arg(e, p->arg), emit_arg(e, p->at));
	if (!message_read(e, &m, emit_arg(e, p->arg)))
		return 0;
	return vectors_size(e, m.vectors, m.nvectors);
}

static void put_message(struct emit *e, const struct param *p)
{
	struct message m;

	if (!message_read(e, &m, emit_arg(e, p->arg)))
		return;
	switch (p->source) {
	case SRC_MSG_IN:
		put_vectors(e, m.vectors, m.nvectors, taken(e, UINT64_MAX));
		return;
	case SRC_MSG_OUT:
		put_vectors(e, m.vectors, m.nvectors, returned(e));
		return;
	default:
		/* Of 32-bit programs it is laid out as no reader expects. */
		if (emit_ret(e) >= 0 && m.controllen <= MAX_CONTROL && !is_compat(e->call->nr))
			emit_put_memory(e, m.control, m.controllen);
	}
}

void emit_data_bytes(struct emit *e, const struct param *p)
{
	uint64_t arg = emit_arg(e, p->arg), at = emit_arg(e, p->at);

	switch (p->source) {
	case SRC_BUFFER_IN:
		put_buffer(e, arg, taken(e, at));
		break;
	case SRC_BUFFER_OUT:
		put_buffer(e, arg, returned(e));
		break;
	case SRC_IOV_IN:
		put_vectors(e, arg, at, taken(e, UINT64_MAX));
		break;
	case SRC_IOV_OUT:
		put_vectors(e, arg, at, returned(e));
		break;
	default:
		put_message(e, p);
	}
}
