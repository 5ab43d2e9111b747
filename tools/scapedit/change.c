/* SPDX-License-Identifier: MIT */
/*
 * A function per kind of block, which writes what becomes of it. What is to be taken out must be
 * found first: a record that is damaged, or of a type that is not known, is left out where it might
 * have some.
 */
#include "tools/scapedit/change.h"

#include <stdlib.h>

#include "cli/parse.h"
#include "pcapng/packet.h"
#include "pcapng/recode.h"
#include "scap/event.h"
#include "scap/rewrite.h"
#include "scap/shift.h"
#include "tools/scapedit/comments.h"
#include "tools/scapedit/select.h"

#define SECTION_LENGTH_AT 8 /* in the bodies of blocks */
#define SNAPLEN_AT        4
#define CAPTURED_AT       12 /* of enhanced and of obsolete packets */
#define PACKET_HEAD       20
#define SIMPLE_HEAD       4

int change_set_shift(void *opts, const char *text, struct err *err)
{
	struct change_opts *o = opts;
	bool minus = *text == '-';
	uint64_t ns;

	if (parse_seconds(text + (minus || *text == '+'), &ns, err) < 0)
		return -1;
	if (ns > INT64_MAX)
		return err_set(err, ERR_USAGE, "'%s' is too much", text);
	o->shift = minus ? -(int64_t)ns : (int64_t)ns;
	return 0;
}

int change_add_comment(void *opts, const char *text, struct err *err)
{
	struct change_opts *o = opts;
	const char **more = reallocarray(o->comments, o->ncomments + 1, sizeof(*more));

	if (!more)
		return err_memory(err);
	o->comments = more;
	o->comments[o->ncomments++] = text;
	return 0;
}

void change_opts_release(struct change_opts *o)
{
	free(o->comments);
}

bool change_shows(const struct change_opts *o)
{
	return o->shift || o->snaplen || o->strip_data || o->strip_env || o->strip_packets;
}

bool change_wanted(const struct change_opts *o)
{
	return change_shows(o) || o->ncomments;
}

void change_release(struct change *c)
{
	buf_release(&c->copy);
	buf_release(&c->options);
}

static int leave_out(struct change *c, const struct err *why)
{
	c->left_out++;
	err_set(&c->why, why->code, "%s", why->text);
	return 0;
}

/* The section is no longer as long as its header may say; the first one has the comments. */
static int put_section(struct change *c, const struct block *b, struct writer *out, struct err *err)
{
	struct cursor at = cursor_of(b->body, b->big);
	struct buf *to = writer_begin(out, b->type);
	bool odd = !recode_find_options(b, &at);

	if (c->commented || !c->opts->ncomments || odd) {
		buf_span(to, b->body);
	} else {
		buf_put(to, b->body.p, (size_t)(at.p - b->body.p));
		comments_put_options(to, at, false, c->opts->comments, c->opts->ncomments);
	}
	c->commented = true;
	if (!to->failed)
		store_u64(to->p + WRITER_BODY + SECTION_LENGTH_AT, UINT64_MAX, b->big);
	return writer_end(out, err);
}

static int put_interface(
	const struct change *c, const struct block *b, struct writer *out, struct err *err)
{
	uint32_t was = load_u32(b->body.p + SNAPLEN_AT, b->big);
	struct buf *to;

	if (!c->opts->snaplen || (was && was <= c->opts->snaplen))
		return writer_raw(out, b->raw, err);
	to = writer_begin(out, b->type);
	buf_span(to, b->body);
	if (!to->failed)
		store_u32(to->p + WRITER_BODY + SNAPLEN_AT, (uint32_t)c->opts->snaplen, b->big);
	return writer_end(out, err);
}

static int put_packet(const struct change *c, const struct block *b, const struct reader *r,
	struct writer *out, struct err *err)
{
	bool simple = b->info->type == BT_SPB;
	size_t n = c->opts->snaplen;
	struct err damage = {0};
	struct packet p;
	struct buf *to;

	if (!n || packet_decode(&p, b, r, &damage) < 0 || p.data.n <= n)
		return writer_raw(out, b->raw, err);
	to = writer_begin(out, b->type);
	buf_put(to, b->body.p, simple ? SIMPLE_HEAD : PACKET_HEAD);
	if (!simple && !to->failed)
		store_u32(to->p + WRITER_BODY + CAPTURED_AT, (uint32_t)n, b->big);
	buf_put(to, p.data.p, n);
	buf_zeros(to, pad4(n) - n);
	buf_put(to, p.options.p, cursor_left(&p.options));
	return writer_end(out, err);
}

/* Whether parameter i is what a call has read or written. */
static bool is_payload(const struct event_info *info, uint32_t i)
{
	static const char *const names[] = {"data", "img", "value_bytebuf"};

	if (info->params[i].type != PT_BYTEBUF || !(info->category & EC_SYSCALL))
		return false;
	for (size_t k = 0; k < ARRAY_SIZE(names); k++)
		if (strcmp(info->params[i].name, names[k]) == 0)
			return true;
	return false;
}

static bool is_env(const struct param_info *p)
{
	return (p->type == PT_BYTEBUF || p->type == PT_CHARBUFARRAY) && strcmp(p->name, "env") == 0;
}

static void change_params(const struct change_opts *o, struct event *ev)
{
	uint32_t n = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;

	for (uint32_t i = 0; i < n; i++) {
		struct span *p = &ev->params[i];

		if (is_payload(ev->info, i) && (o->strip_data || (o->snaplen && p->n > o->snaplen)))
			p->n = o->strip_data ? 0 : o->snaplen;
		if (o->strip_env && is_env(&ev->info->params[i]))
			p->n = 0;
	}
	/* Newer writers may have put anything into more parameters. */
	if (o->strip_data || o->strip_env)
		ev->nparams = n;
}

static int put_event(struct change *c, const struct block *b, struct writer *out, struct err *err)
{
	const struct change_opts *o = c->opts;
	bool strip = o->strip_data || o->strip_env;
	struct err damage = {0};
	struct event ev;
	int got;

	if (!strip && !o->snaplen)
		return writer_raw(out, b->raw, err);
	got = event_decode(&ev, b, &damage);
	if (got == 0 && !ev.info)
		got = err_set(
			&damage, ERR_UNSUPPORTED, "event of type %u, which is not known", ev.type);
	if (got < 0)
		return strip ? leave_out(c, &damage) : writer_raw(out, b->raw, err);
	change_params(o, &ev);
	return event_rewrite(out, b, &ev, err);
}

static bool without_env(void *self UNUSED, struct meta_proc *p)
{
	p->env = span_of(NULL, 0);
	return true;
}

static int put_procs(struct change *c, const struct block *b, struct writer *out, struct err *err)
{
	static const struct rewrite_ops ops = {.proc = without_env};
	struct err damage = {0};
	int got;

	if (!c->opts->strip_env)
		return writer_raw(out, b->raw, err);
	got = rewrite_list(out, b, &ops, NULL, &damage, err);
	return got == 0 ? leave_out(c, &damage) : MIN(got, 0);
}

static int take(void *self, const struct block *b, const struct reader *r, struct writer *out,
	struct err *err)
{
	struct change *c = self;
	const struct change_opts *o = c->opts;
	struct block now = *b;

	if (o->strip_packets && select_belongs(b->info->kind) == SELECT_PACKETS)
		return 0;
	if (o->shift && !shift_block(&now, r, o->shift, &c->copy))
		return err_memory(err);
	switch (b->info->kind) {
	case BLOCK_SECTION:
		return put_section(c, &now, out, err);
	case BLOCK_INTERFACE:
		return put_interface(c, &now, out, err);
	case BLOCK_PACKET:
		return put_packet(c, &now, r, out, err);
	case BLOCK_EVENT:
		return put_event(c, &now, out, err);
	case BLOCK_PROCLIST:
		return put_procs(c, &now, out, err);
	default:
		return writer_raw(out, now.raw, err);
	}
}

const struct stage_ops change_ops = {.take = take};
