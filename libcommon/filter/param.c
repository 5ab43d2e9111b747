/* SPDX-License-Identifier: MIT */
/*
 * Parameters as text: a row per parameter type says how its value looks and how it is resolved.
 * Values of type DYN become what their variant says before anything looks at the table.
 */
#include "filter/param.h"

#include "filter/escape.h"
#include "filter/param_show.h"

struct rendering {
	void (*value)(const struct arg *a, struct buf *b);
	void (*resolved)(const struct arg *a, struct buf *b);
	bool is_signed; /* numbers are shown with their sign */
	bool is_data;   /* when it is missing, PARAM_MISSING_DATA says so */
};

/* clang-format off */
static const struct rendering renderings[PARAM_TYPES] = {
	[PT_NONE]                 = {show_not_available,    NULL,                   false, false},
	[PT_INT8]                 = {show_number,           NULL,                   true,  false},
	[PT_INT16]                = {show_number,           NULL,                   true,  false},
	[PT_INT32]                = {show_number,           NULL,                   true,  false},
	[PT_INT64]                = {show_number,           NULL,                   true,  false},
	[PT_UINT8]                = {show_number,           NULL,                   false, false},
	[PT_UINT16]               = {show_number,           NULL,                   false, false},
	[PT_UINT32]               = {show_number,           NULL,                   true,  false}, /* as sysdig has it */
	[PT_UINT64]               = {show_number,           NULL,                   true,  false},
	[PT_CHARBUF]              = {show_text,             NULL,                   false, false},
	[PT_BYTEBUF]              = {show_data,             NULL,                   false, true},
	[PT_ERRNO]                = {show_decimal,          resolved_errno,         true,  false},
	[PT_SOCKADDR]             = {show_sockaddr,         NULL,                   false, true},
	[PT_SOCKTUPLE]            = {show_socktuple,        NULL,                   false, true},
	[PT_FD]                   = {show_decimal,          resolved_fd,            true,  false},
	[PT_PID]                  = {show_decimal,          resolved_pid,           true,  false},
	[PT_FDLIST]               = {show_fd_list,          NULL,                   false, true},
	[PT_FSPATH]               = {show_text,             resolved_path,          false, false},
	[PT_SYSCALLID]            = {show_number,           resolved_syscall,       false, false},
	[PT_SIGTYPE]              = {show_number,           resolved_signal,        false, false},
	[PT_RELTIME]              = {show_duration,         resolved_duration,      false, false},
	[PT_ABSTIME]              = {show_time,             NULL,                   false, false},
	[PT_PORT]                 = {show_decimal,          NULL,                   false, false},
	[PT_L4PROTO]              = {show_decimal,          NULL,                   false, false},
	[PT_SOCKFAMILY]           = {show_decimal,          NULL,                   false, false},
	[PT_BOOL]                 = {show_bool,             NULL,                   false, false},
	[PT_IPV4ADDR]             = {show_ipv4,             NULL,                   false, false},
	[PT_DYN]                  = {show_invalid_variant,  NULL,                   false, true},
	[PT_FLAGS8]               = {show_decimal,          resolved_flags,         false, false},
	[PT_FLAGS16]              = {show_decimal,          resolved_flags,         false, false},
	[PT_FLAGS32]              = {show_decimal,          resolved_flags,         false, false},
	[PT_UID]                  = {show_id,               resolved_user,          false, false},
	[PT_GID]                  = {show_id,               resolved_group,         false, false},
	[PT_DOUBLE]               = {show_not_available,    NULL,                   false, false},
	[PT_SIGSET]               = {show_signal_set,       NULL,                   false, false},
	[PT_CHARBUFARRAY]         = {show_data,             NULL,                   false, true},
	[PT_CHARBUF_PAIR_ARRAY]   = {show_data,             NULL,                   false, true},
	[PT_IPV4NET]              = {show_not_available,    NULL,                   false, false},
	[PT_IPV6ADDR]             = {show_ipv6,             NULL,                   false, false},
	[PT_IPV6NET]              = {show_not_available,    NULL,                   false, false},
	[PT_IPADDR]               = {show_not_available,    NULL,                   false, false},
	[PT_IPNET]                = {show_not_available,    NULL,                   false, false},
	[PT_MODE]                 = {show_number,           resolved_flags,         false, false},
	[PT_FSRELPATH]            = {show_text,             resolved_relative_path, false, false},
	[PT_ENUMFLAGS8]           = {show_decimal,          resolved_enum,          false, false},
	[PT_ENUMFLAGS16]          = {show_decimal,          resolved_enum,          false, false},
	[PT_ENUMFLAGS32]          = {show_decimal,          resolved_enum,          false, false},
	[PT_FD32]                 = {show_decimal,          resolved_fd,            true,  false},
	[PT_PID32]                = {show_decimal,          resolved_pid,           true,  false},
};
/* clang-format on */

void param_put_text(const struct param_ctx *ctx, struct span s, struct buf *b)
{
	if (ctx->raw)
		buf_span(b, s);
	else
		escape_put(b, s);
}

/* Takes the variant of a DYN value for the value. */
static void choose_variant(struct arg *a)
{
	const struct dyn_table *dyn = a->info->dyn;

	if (!a->s.n || !dyn || a->s.p[0] >= dyn->n)
		return;
	a->info = &dyn->variants[a->s.p[0]];
	a->s = span_of(a->s.p + 1, a->s.n - 1);
}

/* Reads a number of its type's width; a value that is too short for it is as good as missing. */
static void read_number(struct arg *a, uint32_t width, bool is_signed)
{
	struct cursor c = cursor_of(a->s, a->ctx->m->ev->big);

	switch (width) {
	case 1:
		a->v = is_signed ? (int8_t)cursor_u8(&c) : cursor_u8(&c);
		break;
	case 2:
		a->v = is_signed ? (int16_t)cursor_u16(&c) : cursor_u16(&c);
		break;
	case 4:
		a->v = is_signed ? (int32_t)cursor_u32(&c) : (int64_t)cursor_u32(&c);
		break;
	case 8:
		a->v = (int64_t)cursor_u64(&c);
		break;
	default:
		cursor_skip(&c, width);
	}
	if (c.bad)
		a->s.n = 0;
}

static struct arg arg_of(const struct param_ctx *ctx, uint32_t i)
{
	const struct event *ev = ctx->m->ev;
	struct arg a = {.ctx = ctx, .info = &ev->info->params[i]};

	if (i < ev->nparams)
		a.s = ev->params[i];
	if (a.info->type == PT_DYN)
		choose_variant(&a);
	if (a.s.n)
		read_number(&a, param_width(a.info->type), renderings[a.info->type].is_signed);
	return a;
}

static const char *missing_text(const struct arg *a)
{
	return renderings[a->info->type].is_data ? PARAM_MISSING_DATA : PARAM_MISSING;
}

void param_put(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	struct arg a = arg_of(ctx, i);
	const struct rendering *r = &renderings[a.info->type];
	size_t before, inside;

	if (!a.s.n) {
		buf_text(b, missing_text(&a));
		return;
	}
	r->value(&a, b);
	if (!r->resolved)
		return;
	before = b->n;
	buf_char(b, '(');
	inside = b->n;
	r->resolved(&a, b);
	if (b->n > inside)
		buf_char(b, ')');
	else
		b->n = before;
}

void param_put_resolved(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	struct arg a = arg_of(ctx, i);
	const struct rendering *r = &renderings[a.info->type];
	size_t at = b->n;

	if (!a.s.n) {
		buf_text(b, missing_text(&a));
		return;
	}
	if (r->resolved)
		r->resolved(&a, b);
	if (b->n == at)
		r->value(&a, b);
}

const struct param_info *param_variant(const struct param_ctx *ctx, uint32_t i)
{
	return arg_of(ctx, i).info;
}

bool param_put_name(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	struct arg a = arg_of(ctx, i);
	const struct rendering *r = &renderings[a.info->type];
	size_t before = b->n;

	if (a.s.n && r->resolved)
		r->resolved(&a, b);
	return b->n > before;
}

void param_put_raw(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	struct span s = ctx->m->ev->params[i];

	if (s.n)
		show_put_hex(s, ctx->data_limit, b);
	else
		buf_text(b, PARAM_MISSING_DATA);
}

static void put_unknown(const struct param_ctx *ctx, struct buf *b)
{
	const struct event *ev = ctx->m->ev;

	buf_text(b, "type=");
	buf_dec(b, ev->type);
	for (uint32_t i = 0; i < ev->nparams; i++) {
		buf_char(b, ' ');
		buf_dec(b, i);
		buf_char(b, '=');
		param_put_raw(ctx, i, b);
	}
}

void param_put_all(const struct param_ctx *ctx, struct buf *b)
{
	const struct event *ev = ctx->m->ev;
	uint32_t n;

	if (!ev->info) {
		put_unknown(ctx, b);
		return;
	}
	if (ev->type == PPME_GENERIC_E || ev->type == PPME_GENERIC_X)
		return;
	n = MIN(ev->nparams, ev->info->nparams);
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ' ');
		buf_text(b, event_param_name(ev, i));
		buf_char(b, '=');
		param_put(ctx, i, b);
	}
}

bool param_get(const struct param_ctx *ctx, uint32_t i, struct value *v)
{
	struct arg a = arg_of(ctx, i);
	uint8_t type = a.info->type;

	if (!a.s.n)
		return false;
	switch (value_class_of(type)) {
	case CLASS_NUMBER:
		*v = param_signed(type) ? value_int(a.v) : value_uint((uint64_t)a.v);
		if (!param_signed(type) && param_width(type) == 4)
			v->u = (uint32_t)a.v;
		break;
	case CLASS_BOOL:
		*v = value_bool(a.v != 0);
		break;
	case CLASS_TEXT:
		*v = value_text(span_cstr(a.s));
		break;
	case CLASS_ADDRESS:
		if (a.s.n < 4)
			return false;
		*v = value_address(a.s.n >= 16, a.s.p);
		break;
	default:
		*v = value_bytes(a.s);
	}
	return true;
}
