/* SPDX-License-Identifier: MIT */
/*
 * The type of a parameter says what its value is in JSON, so that a member of one event type has
 * one kind of value throughout: numbers stay numbers whatever they stand for, what is missing is
 * null.
 */
#include "format/json_param.h"

#include "filter/parts.h"
#include "format/json_put.h"

#define FD_CWD  (-100)
#define ID_NONE 0xffffffffu

/* Parameters that are stored as bytes and are texts that end with NUL each. */
static bool is_words(const struct param_info *info)
{
	static const char *const names[] = {"args", "env", "cgroups"};

	if (info->type == PT_CHARBUFARRAY || info->type == PT_CHARBUF_PAIR_ARRAY)
		return true;
	for (size_t i = 0; info->type == PT_BYTEBUF && i < ARRAY_SIZE(names); i++)
		if (strcmp(info->name, names[i]) == 0)
			return true;
	return false;
}

static void put_words(struct span words, struct buf *out)
{
	struct span word;

	json_comma(out);
	buf_char(out, '[');
	while (words_take(&words, &word))
		json_put_text(out, word);
	buf_char(out, ']');
}

/* The parts of a text, with a character between them, as an array. */
static void put_parts(struct span s, uint8_t between, struct buf *out)
{
	json_comma(out);
	buf_char(out, '[');
	while (s.n) {
		const uint8_t *end = memchr(s.p, between, s.n);
		size_t n = end ? (size_t)(end - s.p) : s.n;

		json_put_text(out, span_of(s.p, n));
		n += end != NULL;
		s = span_of(s.p + n, s.n - n);
	}
	buf_char(out, ']');
}

static void put_null(struct buf *out)
{
	json_comma(out);
	buf_text(out, "null");
}

/* --- values --------------------------------------------------------------------------------- */

static struct span name_of_fd(const struct param_ctx *ctx, int64_t number)
{
	const struct thread *t = ctx->m->thread;
	const struct fd *fd = t && number >= 0 ? state_fd(ctx->st, t, number) : NULL;

	return fd ? fd->m.name : span_of(NULL, 0);
}

/* { u16 count, { i64 fd, i16 flags } * count } */
static void put_fd_list(const struct param_ctx *ctx, struct span s, struct buf *out)
{
	struct cursor c = cursor_of(s, ctx->m->ev->big);
	uint16_t n = cursor_u16(&c);

	json_comma(out);
	buf_char(out, '[');
	for (uint16_t i = 0; i < n; i++) {
		int64_t number = (int64_t)cursor_u64(&c);
		uint16_t flags = cursor_u16(&c);
		struct span name = name_of_fd(ctx, number);

		if (c.bad)
			break;
		json_comma(out);
		buf_text(out, "{\"fd\":");
		buf_sdec(out, number);
		buf_text(out, ",\"flags\":");
		buf_dec(out, flags);
		if (name.n) {
			json_put_key(out, "name");
			json_put_text(out, name);
		}
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void put_bytes(const struct param_ctx *ctx, uint32_t i, const struct param_info *info,
	struct span s, struct buf *scratch, struct buf *out)
{
	switch (info->type) {
	case PT_FDLIST:
		put_fd_list(ctx, s, out);
		break;
	case PT_SOCKADDR:
	case PT_SOCKTUPLE:
		buf_clear(scratch);
		param_put(ctx, i, scratch);
		json_put_text(out, buf_view(scratch));
		break;
	default:
		if (is_words(info))
			put_words(s, out);
		else
			json_put_base64(out, s);
	}
}

/* Old captures have the text "(NULL)" for a missing one. */
static void put_text(struct span s, struct buf *out)
{
	if (span_eq(s, span_str("(NULL)")))
		put_null(out);
	else
		json_put_text(out, s);
}

static void put_number(const struct param_info *info, const struct value *v, struct buf *out)
{
	if (info->type == PT_RELTIME && v->u == UINT64_MAX) {
		put_null(out); /* no timeout */
		return;
	}
	if ((info->type == PT_UID || info->type == PT_GID) && v->u == ID_NONE)
		json_put_number(out, &(struct value){.kind = VALUE_INT, .i = -1});
	else
		json_put_number(out, v);
}

static void put_value(const struct param_ctx *ctx, uint32_t i, struct buf *scratch, struct buf *out)
{
	const struct param_info *info = param_variant(ctx, i);
	struct value v;

	if (!param_get(ctx, i, &v)) {
		if (is_words(info))
			put_words(span_of(NULL, 0), out);
		else
			put_null(out);
		return;
	}
	switch (v.kind) {
	case VALUE_TEXT:
		put_text(v.s, out);
		break;
	case VALUE_BYTES:
		put_bytes(ctx, i, info, v.s, scratch, out);
		break;
	case VALUE_ADDRESS:
		json_comma(out);
		buf_char(out, '"');
		value_put(&v, VF_NA, out);
		buf_char(out, '"');
		break;
	case VALUE_BOOL:
		json_put_number(out, &v);
		break;
	default:
		put_number(info, &v, out);
	}
}

/* --- names ---------------------------------------------------------------------------------- */

/* A descriptor's, without the letters for its kind that lines of text have. */
static void put_fd_name(const struct param_ctx *ctx, uint32_t i, struct buf *scratch)
{
	struct value v;

	if (param_get(ctx, i, &v) && v.i >= 0)
		buf_span(scratch, name_of_fd(ctx, v.i));
	else
		(void)param_put_name(ctx, i, scratch);
}

/* What the number stands for; nothing where the text says that this is not known. */
static void find_name(const struct param_ctx *ctx, uint32_t i, uint8_t type, struct buf *scratch)
{
	buf_clear(scratch);
	switch (type) {
	case PT_FD:
	case PT_FD32:
		put_fd_name(ctx, i, scratch);
		break;
	case PT_SIGSET:
		if (ctx->m->ev->params[i].n >= 4)
			param_put(ctx, i, scratch);
		break;
	case PT_RELTIME:
		break;
	case PT_UID:
	case PT_GID:
	case PT_SYSCALLID:
		if (param_put_name(ctx, i, scratch) && scratch->p[0] == '<')
			buf_clear(scratch);
		break;
	default:
		(void)param_put_name(ctx, i, scratch);
	}
}

static bool is_list(uint8_t type)
{
	return type == PT_FLAGS8 || type == PT_FLAGS16 || type == PT_FLAGS32 || type == PT_MODE ||
	       type == PT_SIGSET;
}

static void put_name(const struct param_ctx *ctx, uint32_t i, struct buf *scratch, struct buf *out)
{
	uint8_t type = param_variant(ctx, i)->type;

	find_name(ctx, i, type, scratch);
	if (!scratch->n)
		return;
	json_put_key(out, event_param_name(ctx->m->ev, i));
	if (is_list(type))
		put_parts(buf_view(scratch), type == PT_SIGSET ? ' ' : '|', out);
	else
		json_put_text(out, buf_view(scratch));
}

/* --- both ----------------------------------------------------------------------------------- */

static void put_names(const struct param_ctx *ctx, uint32_t n, struct buf *scratch, struct buf *out)
{
	size_t before = out->n, start;

	json_put_key(out, "names");
	buf_char(out, '{');
	start = out->n;
	for (uint32_t i = 0; i < n; i++)
		put_name(ctx, i, scratch, out);
	if (out->n == start)
		out->n = before;
	else
		buf_char(out, '}');
}

static void put_extra(const struct event *ev, uint32_t from, struct buf *out)
{
	if (from >= ev->nparams)
		return;
	json_put_key(out, "extra");
	buf_char(out, '[');
	for (uint32_t i = from; i < ev->nparams; i++)
		json_put_base64(out, ev->params[i]);
	buf_char(out, ']');
}

void json_put_params(const struct param_ctx *ctx, struct buf *scratch, struct buf *out)
{
	const struct event *ev = ctx->m->ev;
	uint32_t n = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;

	json_put_key(out, "params");
	buf_char(out, '{');
	for (uint32_t i = 0; i < n; i++) {
		json_put_key(out, event_param_name(ev, i));
		put_value(ctx, i, scratch, out);
	}
	buf_char(out, '}');
	put_names(ctx, n, scratch, out);
	put_extra(ev, n, out);
	out->failed |= scratch->failed;
}
