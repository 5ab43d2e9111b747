/* SPDX-License-Identifier: MIT */
/*
 * The event writer: begins a record in the processor's scratch space, appends parameters, hands it
 * to the ring. And the functions of the families, which are verified one by one because they take
 * numbers only and fetch the scratch space themselves.
 */
#ifndef SCAPCAP_PUT_BPF_H
#define SCAPCAP_PUT_BPF_H

#include "core_fixes.bpf.h"
#include "maps.bpf.h"

/* struct param as one word: the first member in the lowest byte. */
#define P_SOURCE(p) ((__u32)((p)&0xff))
#define P_ARG(p)    ((__u32)((p) >> 8 & 0xff))
#define P_AT(p)     ((__u32)((p) >> 16 & 0xff))
#define P_SIZE(p)   ((__u32)((p) >> 24 & 0xff))
#define P_CONV(p)   ((__u32)((p) >> 32 & 0xff))
#define P_WIDTH(p)  ((__u32)((p) >> 40 & 0xff))
#define P_WHEN(p)   ((__u32)((p) >> 48 & 0xff))
#define P_FAMILY(p) ((__u32)((p) >> 56))

/* The number of a source of each family; the bytes of one, appended as a parameter. */
__u64 data_number(__u64 p);
__u64 file_number(__u64 p);
__u64 net_number(__u64 p);
__u64 id_number(__u64 p);
__u64 cred_number(__u64 p);
__u64 usage_number(__u64 p);
__u64 exe_number(__u64 p);
__u64 misc_number(__u64 p);
int data_bytes(__u64 p);
int file_bytes(__u64 p);
int net_bytes(__u64 p);
int task_bytes(__u64 p);
int misc_bytes(__u64 p);

/* Paths, appended as bytes of a parameter: of a struct file, of a struct kernfs_node. */
int put_file_path(__u64 file);
int put_kernfs_path(__u64 node);

/* Bits of file_flags that an open file has beyond those of its open. */
__u32 opened_bits(__s64 fd);

/* Bits of clone_flags beyond those of the call. */
__u32 cloned_bits(void);

/* The portable number for a native one. */
__u32 convert(__u32 conv, __u32 native);

static __always_inline struct scratch *scratch_get(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&scratch, &cpu);
}

static __always_inline void count_drop(enum drop_reason why)
{
	__u32 zero = 0;
	struct counters *c = bpf_map_lookup_elem(&counters, &zero);

	if (c)
		c->dropped[why]++;
}

static __always_inline __u64 now(void)
{
	return settings.boot_ts + bpf_ktime_get_boot_ns();
}

/* Argument n, or the result. */
static __always_inline __u64 arg_get(const struct scratch *s, __u32 n)
{
	return s->args[n & ARG_RET];
}

/* Where the next byte goes. */
static __always_inline __u8 *put_at(struct scratch *s)
{
	return &s->bytes[s->off & (HALF - 1)];
}

/* How many of n bytes still fit. */
static __always_inline __u32 put_room(const struct scratch *s, __u64 n)
{
	__u32 left = s->off < MAX_RECORD ? MAX_RECORD - s->off : 0;

	if (n > left)
		n = left;
	/* The compiler would find that the mask changes nothing; the verifier has to see it. */
	barrier_var(n);
	return n & (HALF - 1);
}

static __always_inline void put_u8(struct scratch *s, __u8 v)
{
	*put_at(s) = v;
	s->off += 1;
}

static __always_inline void put_u16(struct scratch *s, __u16 v)
{
	*(__u16 *)put_at(s) = v;
	s->off += 2;
}

static __always_inline void put_u32(struct scratch *s, __u32 v)
{
	*(__u32 *)put_at(s) = v;
	s->off += 4;
}

static __always_inline void put_u64(struct scratch *s, __u64 v)
{
	*(__u64 *)put_at(s) = v;
	s->off += 8;
}

/* Up to n bytes of the caller's memory. Returns how many: 0 when they cannot be read. */
static __always_inline __u32 put_user(struct scratch *s, __u64 from, __u64 n)
{
	__u32 size = put_room(s, n);

	if (bpf_probe_read_user(put_at(s), size, (const void *)from))
		return 0;
	s->off += size;
	return size;
}

static __always_inline __u32 put_kernel(struct scratch *s, const void *from, __u64 n)
{
	__u32 size = put_room(s, n);

	if (bpf_probe_read_kernel(put_at(s), size, from))
		return 0;
	s->off += size;
	return size;
}

/* A string with its NUL. Returns its bytes, 0 when it cannot be read. */
static __always_inline __u32 put_user_string(struct scratch *s, __u64 from)
{
	__u32 room = put_room(s, MAX_STRING);
	long n = bpf_probe_read_user_str(put_at(s), room, (const void *)from);

	if (n < 0 || !room)
		return 0;
	/* Older kernels (6.12 is one) count no NUL where there is nothing else. */
	if (n == 0)
		n = 1;
	s->off += n;
	return n;
}

static __always_inline __u32 put_kernel_string(struct scratch *s, const void *from)
{
	long n = bpf_probe_read_kernel_str(put_at(s), put_room(s, MAX_STRING), from);

	if (n <= 0)
		return 0;
	s->off += n;
	return n;
}

/*
 * A string that is not there. Readers since libs 0.10 take no bytes for that; older ones would read
 * on behind them, and know this word instead.
 */
static __always_inline void put_no_string(struct scratch *s)
{
	if (!settings.pairs)
		return;
	__builtin_memcpy(put_at(s), "(NULL)", 7);
	s->off += 7;
}

/* The bytes from start on are the next parameter. */
static __always_inline void param_end(struct scratch *s, __u32 start)
{
	struct record *r = (struct record *)s->bytes;

	r->lens[s->n & (MAX_PARAMS - 1)] = s->off - start;
	s->n++;
}

/* A number of width bytes. */
static __always_inline void param_number(struct scratch *s, __u64 v, __u32 width)
{
	__u32 start = s->off;

	*(__u64 *)put_at(s) = v;
	s->off += width;
	param_end(s, start);
}

static __always_inline void param_empty(struct scratch *s)
{
	param_end(s, s->off);
}

/* The record has n parameters, and none of them yet. */
static __always_inline void record_again(struct scratch *s, __u32 n)
{
	s->n = 0;
	s->off = RECORD_HEAD + 2 * n;
}

/*
 * Begins a record of this type with n parameters; duration may have RECORD_HIDDEN. NULL, and it is
 * counted, when that cannot be.
 */
static __always_inline struct scratch *record_begin(__u64 ts, __u32 type, __u32 n, __u64 duration)
{
	struct scratch *s = scratch_get();
	struct record *r;

	if (!s)
		return 0;
	if (s->busy) {
		count_drop(DROP_BUSY);
		return 0;
	}
	s->busy = 1;
	r = (struct record *)s->bytes;
	r->duration = settings.pairs ? duration & RECORD_HIDDEN : duration;
	r->ts = ts;
	r->tid = (__u32)bpf_get_current_pid_tgid();
	r->type = type;
	r->nparams = n;
	s->task = (void *)bpf_get_current_task();
	s->exec_name = 0;
	s->fd = FD_NONE;
	s->vital = (duration & RECORD_HIDDEN) != 0;
	record_again(s, n);
	return s;
}

static __always_inline bool ring_put(struct scratch *s, __u32 index, __u32 len)
{
	void *ring = bpf_map_lookup_elem(&rings, &index);

	return ring && !bpf_ringbuf_output(ring, s->bytes, len, BPF_RB_NO_WAKEUP);
}

/* What found no room in the ring. */
int record_rescue(__u32 len);

/* Hands the record to the ring; it is counted when there is no room. */
static __always_inline void record_put(struct scratch *s)
{
	struct record *r = (struct record *)s->bytes;
	__u32 len = s->off & (HALF - 1);

	r->len = len - RECORD_EVENT;
	if (!ring_put(s, 2 * bpf_get_smp_processor_id(), len))
		record_rescue(len);
}

static __always_inline void record_end(struct scratch *s)
{
	record_put(s);
	s->busy = 0;
}

/* Whether a process is one of those that are not recorded. */
static __always_inline bool is_hidden(__u32 tgid)
{
#pragma unroll
	for (__u32 i = 0; i < MAX_HIDDEN; i++) {
		__u32 group = hidden_groups[i];

		if (group == tgid)
			return true;
		if (!group)
			break;
	}
	return false;
}

/* The same for the current one. */
static __always_inline bool hidden(void)
{
	return is_hidden(bpf_get_current_pid_tgid() >> 32);
}

#endif
