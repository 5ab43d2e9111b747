/* SPDX-License-Identifier: MIT */
/* What calls read and write: buffers, vectors, messages; as much of it as the snaplen allows. */
#include "descriptor.bpf.h"
#include "put.bpf.h"

#define FAILED (~0ull)

/*
 * How much data of a call is kept: it may depend on what the descriptor in its first argument is.
 * (Of the few calls with another first argument, that may hit a descriptor by chance.)
 */
__noinline __u32 data_snaplen(__s64 fd)
{
	struct inode *inode;
	struct scratch *s;
	__u16 type;

	if (!settings.snaplen_by_kind)
		return settings.snaplen;
	s = scratch_get();
	inode = s ? inode_get(s, fd) : 0;
	type = BPF_CORE_READ(inode, i_mode) & S_IFMT_;
	if (type == S_IFSOCK_)
		return settings.snaplen_net;
	return type == S_IFREG_ ? settings.snaplen_file : settings.snaplen;
}

static __always_inline __u32 snaplen_of(const struct scratch *s)
{
	return data_snaplen((__s32)arg_get(s, 0));
}

static __always_inline bool vector_read(__u32 nr, struct vector *v, __u64 at)
{
	__builtin_memset(v, 0, sizeof(*v));
	if (bpf_probe_read_user(
		    v, is_compat(nr) ? sizeof(*v) / 2 : sizeof(*v), (const void *)at))
		return false;
	vector_widen(nr, v);
	return true;
}

__noinline __u64 vectors_size(__u32 nr, __u64 at, __u64 n)
{
	__u64 size = 0, word = word_size(nr);

	/* So that the verifier goes through the loop once for either size, not for each turn. */
	barrier_var(word);
	for (__u32 i = 0; i < MAX_VECTORS; i++) {
		__u64 len = 0;

		if (i >= n ||
			bpf_probe_read_user(&len, word, (const void *)(at + (2 * i + 1) * word)))
			break;
		size += len;
	}
	return size;
}

/*
 * Up to limit bytes of the vector at that address. Returns how many, or FAILED. On its own, so that
 * the verifier sees it once and not once for each turn of the loop.
 */
__noinline __u64 put_vector(__u64 at, __u64 limit)
{
	struct scratch *s = scratch_get();
	struct vector v;
	__u64 n;

	if (!s || !vector_read(s->nr, &v, at))
		return FAILED;
	n = v.len < limit ? v.len : limit;
	return put_user(s, v.base, n) == n ? n : FAILED;
}

/* Up to limit bytes of n vectors, as the next parameter. */
__noinline int put_vectors(__u64 at, __u64 n, __u64 limit)
{
	struct scratch *s = scratch_get();
	__u32 start, snaplen, step;

	if (!s)
		return 0;
	start = s->off;
	step = vector_size(s->nr);
	barrier_var(step);
	snaplen = snaplen_of(s);
	if (limit > snaplen)
		limit = snaplen;
	for (__u32 i = 0; i < DATA_VECTORS; i++) {
		__u64 got;

		if (i >= n || !limit)
			break;
		got = put_vector(at + i * step, limit);
		if (got == FAILED)
			break;
		limit -= got;
	}
	param_end(s, start);
	return 0;
}

static __always_inline void put_buffer(struct scratch *s, __u64 at, __u64 n)
{
	__u32 start = s->off, snaplen = snaplen_of(s);

	put_user(s, at, n < snaplen ? n : snaplen);
	param_end(s, start);
}

/* How many bytes a call that writes takes or took, of those it was given. */
static __always_inline __u64 taken(const struct scratch *s, __u64 given)
{
	return s->ret > 0 ? s->ret : given;
}

static __always_inline __u64 returned(const struct scratch *s)
{
	return s->ret > 0 ? s->ret : 0;
}

static __always_inline bool message_read(__u32 nr, struct message *m, __u64 at)
{
	__builtin_memset(m, 0, sizeof(*m));
	if (bpf_probe_read_user(m, is_compat(nr) ? message_size(COMPAT_MARK) : message_size(0),
		    (const void *)at))
		return false;
	message_widen(nr, m);
	return true;
}

__noinline __u64 data_number(__u64 p)
{
	struct scratch *s = scratch_get();
	struct message m;

	if (!s)
		return 0;
	if (P_SOURCE(p) == SRC_IOV_SIZE)
		return vectors_size(s->nr, arg_get(s, P_ARG(p)), arg_get(s, P_AT(p)));
	if (message_read(s->nr, &m, arg_get(s, P_ARG(p))))
		return vectors_size(s->nr, m.vectors, m.nvectors);
	return 0;
}

static __always_inline void put_message(struct scratch *s, __u64 p)
{
	struct message m;
	__u32 start;

	if (!message_read(s->nr, &m, arg_get(s, P_ARG(p)))) {
		param_empty(s);
		return;
	}
	switch (P_SOURCE(p)) {
	case SRC_MSG_IN:
		put_vectors(m.vectors, m.nvectors, taken(s, ~0ull));
		return;
	case SRC_MSG_OUT:
		put_vectors(m.vectors, m.nvectors, returned(s));
		return;
	default:
		start = s->off;
		/* Of 32-bit programs it is laid out as no reader expects. */
		if (s->ret >= 0 && m.controllen <= MAX_CONTROL && !is_compat(s->nr))
			put_user(s, m.control, m.controllen);
		param_end(s, start);
	}
}

__noinline int data_bytes(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 arg, at;

	if (!s)
		return 0;
	arg = arg_get(s, P_ARG(p));
	at = arg_get(s, P_AT(p));
	switch (P_SOURCE(p)) {
	case SRC_BUFFER_IN:
		put_buffer(s, arg, taken(s, at));
		break;
	case SRC_BUFFER_OUT:
		put_buffer(s, arg, returned(s));
		break;
	case SRC_IOV_IN:
		put_vectors(arg, at, taken(s, ~0ull));
		break;
	case SRC_IOV_OUT:
		put_vectors(arg, at, returned(s));
		break;
	default:
		put_message(s, p);
	}
	return 0;
}
