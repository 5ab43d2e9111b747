/* SPDX-License-Identifier: MIT */
/*
 * Parameters as text: a row per parameter type says how its value looks and how it is resolved.
 * Values of type DYN become what their variant says before anything looks at the table.
 */
#include "format/param.h"

#include "format/value.h"

struct rendering {
	void (*value)(const struct arg *a, struct buf *b);
	void (*resolved)(const struct arg *a, struct buf *b);
	bool is_signed; /* numbers are shown with their sign */
	bool is_data;   /* when it is missing, VALUE_MISSING_DATA says so */
};

/* clang-format off */
static const struct rendering renderings[PARAM_TYPES] = {
	[PT_NONE]                 = {value_not_available,   NULL,                   false, false},
	[PT_INT8]                 = {value_number,          NULL,                   true,  false},
	[PT_INT16]                = {value_number,          NULL,                   true,  false},
	[PT_INT32]                = {value_number,          NULL,                   true,  false},
	[PT_INT64]                = {value_number,          NULL,                   true,  false},
	[PT_UINT8]                = {value_number,          NULL,                   false, false},
	[PT_UINT16]               = {value_number,          NULL,                   false, false},
	[PT_UINT32]               = {value_number,          NULL,                   true,  false}, /* as sysdig has it */
	[PT_UINT64]               = {value_number,          NULL,                   true,  false},
	[PT_CHARBUF]              = {value_text,            NULL,                   false, false},
	[PT_BYTEBUF]              = {value_data,            NULL,                   false, true},
	[PT_ERRNO]                = {value_decimal,         resolved_errno,         true,  false},
	[PT_SOCKADDR]             = {value_sockaddr,        NULL,                   false, true},
	[PT_SOCKTUPLE]            = {value_socktuple,       NULL,                   false, true},
	[PT_FD]                   = {value_decimal,         resolved_fd,            true,  false},
	[PT_PID]                  = {value_decimal,         resolved_pid,           true,  false},
	[PT_FDLIST]               = {value_fd_list,         NULL,                   false, true},
	[PT_FSPATH]               = {value_text,            resolved_path,          false, false},
	[PT_SYSCALLID]            = {value_number,          resolved_syscall,       false, false},
	[PT_SIGTYPE]              = {value_number,          resolved_signal,        false, false},
	[PT_RELTIME]              = {value_duration,        resolved_duration,      false, false},
	[PT_ABSTIME]              = {value_time,            NULL,                   false, false},
	[PT_PORT]                 = {value_decimal,         NULL,                   false, false},
	[PT_L4PROTO]              = {value_decimal,         NULL,                   false, false},
	[PT_SOCKFAMILY]           = {value_decimal,         NULL,                   false, false},
	[PT_BOOL]                 = {value_bool,            NULL,                   false, false},
	[PT_IPV4ADDR]             = {value_ipv4,            NULL,                   false, false},
	[PT_DYN]                  = {value_invalid_variant, NULL,                   false, true},
	[PT_FLAGS8]               = {value_decimal,         resolved_flags,         false, false},
	[PT_FLAGS16]              = {value_decimal,         resolved_flags,         false, false},
	[PT_FLAGS32]              = {value_decimal,         resolved_flags,         false, false},
	[PT_UID]                  = {value_id,              resolved_user,          false, false},
	[PT_GID]                  = {value_id,              resolved_group,         false, false},
	[PT_DOUBLE]               = {value_not_available,   NULL,                   false, false},
	[PT_SIGSET]               = {value_signal_set,      NULL,                   false, false},
	[PT_CHARBUFARRAY]         = {value_data,            NULL,                   false, true},
	[PT_CHARBUF_PAIR_ARRAY]   = {value_data,            NULL,                   false, true},
	[PT_IPV4NET]              = {value_not_available,   NULL,                   false, false},
	[PT_IPV6ADDR]             = {value_ipv6,            NULL,                   false, false},
	[PT_IPV6NET]              = {value_not_available,   NULL,                   false, false},
	[PT_IPADDR]               = {value_not_available,   NULL,                   false, false},
	[PT_IPNET]                = {value_not_available,   NULL,                   false, false},
	[PT_MODE]                 = {value_number,          resolved_flags,         false, false},
	[PT_FSRELPATH]            = {value_text,            resolved_relative_path, false, false},
	[PT_ENUMFLAGS8]           = {value_decimal,         resolved_enum,          false, false},
	[PT_ENUMFLAGS16]          = {value_decimal,         resolved_enum,          false, false},
	[PT_ENUMFLAGS32]          = {value_decimal,         resolved_enum,          false, false},
	[PT_FD32]                 = {value_decimal,         resolved_fd,            true,  false},
	[PT_PID32]                = {value_decimal,         resolved_pid,           true,  false},
};
/* clang-format on */

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
	return renderings[a->info->type].is_data ? VALUE_MISSING_DATA : VALUE_MISSING;
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

static void put_unknown(const struct param_ctx *ctx, struct buf *b)
{
	const struct event *ev = ctx->m->ev;

	buf_text(b, "type=");
	buf_dec(b, ev->type);
	for (uint32_t i = 0; i < ev->nparams; i++) {
		buf_char(b, ' ');
		buf_dec(b, i);
		buf_char(b, '=');
		if (ev->params[i].n)
			value_put_hex(ev->params[i], ctx->data_limit, b);
		else
			buf_text(b, VALUE_MISSING_DATA);
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
