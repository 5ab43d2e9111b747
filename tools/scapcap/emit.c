/* SPDX-License-Identifier: MIT */
/*
 * Walks a row as the BPF programs do. A parameter that cannot be known from outside the kernel is
 * zero or empty; scapcap.1 says which these are.
 */
#include "tools/scapcap/emit_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tools/scapcap/host_scan.h"
#include "tools/scapcap/proc_text.h"

#define NS         1000000000ull
#define PAGE       4096u /* strings are read up to the ends of these */
#define FD_O_CREAT 4u    /* of file_flags */

bool emit_read(const struct emit *e, uint64_t from, void *to, size_t n)
{
	struct iovec here = {to, n}, there = {(void *)(uintptr_t)from, n};

	return n == 0 ||
	       process_vm_readv((pid_t)e->call->tid, &here, 1, &there, 1, 0) == (ssize_t)n;
}

/* How many of n bytes still fit. */
static size_t room(const struct emit *e, uint64_t n)
{
	size_t left = e->record.n < MAX_RECORD ? MAX_RECORD - e->record.n : 0;

	return n < left ? (size_t)n : left;
}

void emit_put(struct emit *e, const void *p, size_t n)
{
	buf_put(&e->record, p, room(e, n));
}

size_t emit_put_memory(struct emit *e, uint64_t from, uint64_t n)
{
	size_t at = e->record.n, size = room(e, n);
	void *to = buf_reserve(&e->record, size);

	if (to && emit_read(e, from, to, size)) {
		e->record.n = at + size;
		return size;
	}
	return 0;
}

size_t emit_put_string(struct emit *e, uint64_t from)
{
	size_t max = room(e, MAX_STRING), n = 0, len;
	char text[MAX_STRING];

	while (n < max) {
		size_t part = MIN(PAGE - (size_t)((from + n) % PAGE), max - n);

		if (!emit_read(e, from + n, text + n, part))
			return 0;
		len = strnlen(text + n, part);
		n += len;
		if (len < part)
			break;
	}
	if (n >= max)
		n = max - 1;
	text[n++] = '\0';
	emit_put(e, text, n);
	return n;
}

void emit_put_no_string(struct emit *e)
{
	if (e->opts.pairs)
		emit_put(e, "(NULL)", sizeof("(NULL)"));
}

const char *emit_text(struct emit *e, const struct emit_call *c, uint32_t n)
{
	e->call = c;
	buf_clear(&e->record);
	return emit_put_string(e, c->args[n]) && !e->record.failed ? (const char *)e->record.p
								   : NULL;
}

const struct meta_proc *emit_task(struct emit *e)
{
	char name[24];
	int dir;

	if (e->task_state == TASK_UNREAD) {
		snprintf(name, sizeof(name), "%lld", (long long)e->call->tid);
		dir = openat(e->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		e->task_state = TASK_GONE;
		if (dir >= 0 && proc_task_read(&e->task, dir, (uint64_t)e->call->tid,
					buf_view(&e->controllers), true))
			e->task_state = TASK_READ;
		if (dir >= 0)
			close(dir);
	}
	return e->task_state == TASK_READ ? &e->task.m : NULL;
}

/* Numbers. */

/* What stands in place of a number that is not there. */
static uint64_t fallback(const struct param *p)
{
	return p->when & PARAM_MINUS ? UINT64_MAX : 0;
}

/* size bytes of the thread's memory; otherwise when they cannot be read. */
static uint64_t memory_number(const struct emit *e, uint64_t from, size_t size, uint64_t otherwise)
{
	uint8_t bytes[sizeof(uint64_t)];

	if (!emit_read(e, from, bytes, size))
		return otherwise;
	return size == 8   ? load_u64(bytes, HOST_BIG)
	       : size == 4 ? load_u32(bytes, HOST_BIG)
			   : load_u16(bytes, HOST_BIG);
}

static uint64_t time_number(const struct emit *e, uint64_t from)
{
	bool narrow = time_is_narrow(e->call->nr);
	__s64 t[2] = {0};

	if (!from || !emit_read(e, from, t, narrow ? sizeof(t) / 2 : sizeof(t)))
		return UINT64_MAX;
	if (narrow)
		time_widen(t);
	return (uint64_t)t[0] * NS + (uint64_t)t[1];
}

static uint64_t base_number(struct emit *e, const struct param *p)
{
	uint64_t arg = emit_arg(e, p->arg);

	switch (p->source) {
	case SRC_NATIVE:
		return e->call->nr;
	case SRC_RET:
		return (uint64_t)emit_ret(e);
	case SRC_ARG:
		return rule_cut(arg, p->size);
	case SRC_MEMORY:
		return memory_number(e, arg + p->at, p->size, fallback(p));
	case SRC_TIME:
		return time_number(e, arg);
	case SRC_MODE:
		return emit_arg(e, p->at) & OPEN_CREATES ? arg & MODE_BITS : 0;
	case SRC_PERMISSIONS:
		return arg & MODE_BITS;
	case SRC_NODE_MODE:
		return rule_node_mode(arg);
	case SRC_MOUNT_FLAGS:
		return rule_mount_flags(emit_arg(e, 3));
	case SRC_SEM_VALUE:
		return (uint32_t)emit_arg(e, 2) == SET_VALUE ? emit_arg(e, 3) : 0;
	case SRC_VFORK:
		return VFORK_FLAGS;
	case SRC_SEMBUF:
		if (emit_arg(e, 2) <= (p->at >= 6))
			return 0;
		return memory_number(e, emit_arg(e, 1) + p->at, 2, 0);
	default:
		return 0;
	}
}

static void base_bytes(struct emit *e, const struct param *p)
{
	if (p->source == SRC_NO_TEXT)
		emit_put(e, "", 1);
	else if ((p->when & PARAM_OK && emit_ret(e) < 0) ||
		 !emit_put_string(e, emit_arg(e, p->arg)))
		emit_put_no_string(e);
}

static const struct {
	emit_number_fn *number;
	emit_bytes_fn *bytes;
} families[] = {
	[FAMILY_BASE] = {base_number, base_bytes},
	[FAMILY_DATA] = {emit_data_number, emit_data_bytes},
	[FAMILY_FILE] = {emit_file_number, emit_file_bytes},
	[FAMILY_NET] = {emit_net_number, emit_net_bytes},
	[FAMILY_ID] = {emit_task_number, NULL},
	[FAMILY_CRED] = {emit_task_number, NULL},
	[FAMILY_USAGE] = {emit_task_number, NULL},
	[FAMILY_EXE] = {emit_task_number, NULL},
	[FAMILY_TASK] = {NULL, emit_task_bytes},
	[FAMILY_MISC] = {emit_misc_number, emit_misc_bytes},
};

static uint64_t number(struct emit *e, const struct param *p)
{
	const struct meta_proc *task;
	uint64_t v;

	if (p->when & PARAM_OK && emit_ret(e) < 0)
		return fallback(p);
	v = families[p->family].number(e, p);
	if (p->when & PARAM_SIGNED)
		v = rule_sign_extend(v, p->size);
	if (p->conv)
		v = rule_convert(&e->convs[p->conv], (uint32_t)v);
	if (p->when & PARAM_OPENED && emit_ret(e) >= 0 && e->call->creates && v & FD_O_CREAT)
		v |= FD_CREATED;
	task = p->when & PARAM_CLONED ? emit_task(e) : NULL;
	if (task && task->vtid != task->tid)
		v |= CHILD_IN_PIDNS;
	return v;
}

/* Records. */

/* The bytes from start on are the next parameter. */
static void param_end(struct emit *e, size_t start)
{
	uint16_t len = (uint16_t)(e->record.n - start);

	memcpy(e->record.p + RECORD_HEAD + 2 * e->n++, &len, sizeof(len));
}

static void put_number(struct emit *e, uint64_t v, uint32_t width)
{
	size_t start = e->record.n;

	switch (width) {
	case 1:
		buf_u8(&e->record, (uint8_t)v);
		break;
	case 2:
		buf_u16(&e->record, (uint16_t)v);
		break;
	case 4:
		buf_u32(&e->record, (uint32_t)v);
		break;
	default:
		buf_u64(&e->record, v);
	}
	if (!e->record.failed)
		param_end(e, start);
}

static void put_param(struct emit *e, const struct call *row, const struct param *p)
{
	size_t start = e->record.n;

	if (p->source == SRC_CODE) {
		put_number(e, row->code, p->width);
	} else if (p->width) {
		put_number(e, number(e, p), p->width);
	} else {
		families[p->family].bytes(e, p);
		if (!e->record.failed)
			param_end(e, start);
	}
}

static void record_begin(
	struct emit *e, int64_t tid, uint16_t type, uint32_t n, uint64_t ts, uint64_t duration)
{
	struct record head = {.duration = e->opts.pairs ? duration & RECORD_HIDDEN : duration,
		.ts = ts,
		.tid = tid,
		.type = type,
		.nparams = n};
	static const uint8_t lens[2 * MAX_PARAMS];

	buf_clear(&e->record);
	buf_put(&e->record, &head, RECORD_HEAD);
	buf_put(&e->record, lens, 2 * n);
	e->n = 0;
	e->task_state = TASK_UNREAD;
}

static struct span record_end(struct emit *e)
{
	uint32_t len = (uint32_t)e->record.n - RECORD_EVENT;

	if (e->record.failed)
		return span_of(NULL, 0);
	memcpy(e->record.p + offsetof(struct record, len), &len, sizeof(len));
	return buf_view(&e->record);
}

static struct span emit_params(
	struct emit *e, const struct call *row, const struct param *params, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put_param(e, row, &params[i]);
	return record_end(e);
}

struct span emit_enter(struct emit *e, const struct call *row, const struct emit_call *c,
	uint64_t ts, uint64_t duration)
{
	e->call = c;
	record_begin(e, c->tid, row->enter, row->nenter, ts, duration);
	return emit_params(e, row, row->enter_params, row->nenter);
}

struct span emit_exit(struct emit *e, const struct call *row, const struct emit_call *c,
	uint64_t ts, uint64_t duration)
{
	e->call = c;
	record_begin(e, c->tid, row->exit, row->nexit, ts, duration);
	return emit_params(e, row, row->exit_params, row->nexit);
}

struct span emit_message(struct emit *e, const struct call *row, const struct emit_call *c,
	uint32_t i, uint64_t ts, uint64_t duration)
{
	struct emit_call one = *c;
	uint32_t len = 0;

	e->call = c;
	one.args[1] += i * message_step(c->nr);
	(void)emit_read(e, one.args[1] + message_size(c->nr), &len, sizeof(len));
	one.args[ARG_RET] = len;
	return emit_exit(e, row, &one, ts, duration);
}

struct span emit_numbers(struct emit *e, int64_t tid, uint16_t type, const uint64_t *numbers,
	const uint8_t *widths, uint32_t n, uint64_t ts, uint64_t duration)
{
	record_begin(e, tid, type, n, ts, duration);
	for (uint32_t i = 0; i < n; i++)
		put_number(e, numbers[i], widths[i]);
	return record_end(e);
}

/* When the first process that we can see started, ns since boot; and the namespace it is in. */
static void find_namespace(struct emit *e)
{
	int dir = openat(e->proc, "1", O_PATH | O_DIRECTORY | O_CLOEXEC);

	e->pidns = proc_bracket(proc_link(e->proc, "self/ns/pid", &e->text), "pid:[");
	if (dir < 0)
		return;
	if (proc_task_read(&e->task, dir, 1, span_of(NULL, 0), false))
		e->pidns_start = proc_ticks_ns(e->task.start);
	close(dir);
}

struct emit *emit_new(const struct emit_opts *opts, struct err *err)
{
	struct emit *e = calloc(1, sizeof(*e));

	if (!e) {
		err_memory(err);
		return NULL;
	}
	e->opts = *opts;
	e->record.big = HOST_BIG;
	for (uint32_t i = 0; i < CONVS; i++)
		(void)convs_get(i, &e->convs[i]);
	e->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (e->proc < 0) {
		err_errno(err, "/proc");
		emit_free(e);
		return NULL;
	}
	host_scan_controllers(e->proc, &e->text, &e->controllers);
	find_namespace(e);
	return e;
}

void emit_free(struct emit *e)
{
	if (!e)
		return;
	if (e->proc >= 0)
		close(e->proc);
	proc_task_release(&e->task);
	buf_release(&e->record);
	buf_release(&e->controllers);
	buf_release(&e->text);
	free(e);
}
