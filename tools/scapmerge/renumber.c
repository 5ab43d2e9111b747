/* SPDX-License-Identifier: MIT */
/*
 * Events are copied and the numbers in them changed where they stand: the types of parameters tell
 * which are numbers of threads or of users. Lists are written anew. The root of every machine stays
 * 0 only on the first one; names of users stay what they are.
 */
#include "tools/scapmerge/renumber.h"

#include <stdio.h>
#include <string.h>

#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

#define NOBODY UINT32_MAX

void renumber_init(struct renumber *r, unsigned host, bool big)
{
	*r = (struct renumber){.host = host};
	writer_init(&r->made, NULL, big);
}

void renumber_release(struct renumber *r)
{
	writer_release(&r->made);
}

static void move_id(const struct renumber *r, int64_t *id)
{
	if (*id > 0)
		*id += (int64_t)r->host * RENUMBER_STEP;
}

static void move_user(const struct renumber *r, uint32_t *id)
{
	if (*id != NOBODY)
		*id += r->host * RENUMBER_STEP;
}

static void move_at(const struct renumber *r, uint8_t *p, size_t width, bool user, bool big)
{
	int64_t id = width == 8 ? (int64_t)load_u64(p, big) : (int32_t)load_u32(p, big);
	uint32_t uid = (uint32_t)id;

	if (user)
		move_user(r, &uid);
	else
		move_id(r, &id);
	if (width == 8)
		store_u64(p, (uint64_t)id, big);
	else
		store_u32(p, user ? uid : (uint32_t)id, big);
}

static size_t id_width(enum param_type type)
{
	return type == PT_PID ? 8 : type == PT_PID32 || type == PT_UID || type == PT_GID ? 4 : 0;
}

/* Changes the copy of ev's block body at p. */
static void move_params(const struct renumber *r, const struct event *ev, const struct block *b,
	uint8_t *p)
{
	uint32_t n = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;

	for (uint32_t i = 0; i < n; i++) {
		enum param_type type = (enum param_type)ev->info->params[i].type;
		size_t width = id_width(type);

		if (width && ev->params[i].n == width)
			move_at(r, p + (ev->params[i].p - b->body.p), width,
				type == PT_UID || type == PT_GID, b->big);
	}
}

static void put_comment(struct renumber *r, struct buf *to)
{
	char text[sizeof(r->name) + 8];

	snprintf(text, sizeof(text), "host %s", r->name);
	option_put(to, OPT_COMMENT, span_str(text));
	option_put_end(to);
}

static void put_event(struct renumber *r, const struct block *b)
{
	size_t tid_at = 10 + (b->info->version & EVB_FLAGS ? 4 : 0);
	struct buf *to = writer_begin(&r->made, b->type);
	struct err damage = {0};
	struct option_view opt;
	size_t all, kept = 0;
	struct event ev;

	buf_span(to, b->body);
	if (to->failed || event_decode(&ev, b, &damage) < 0)
		return;
	move_at(r, to->p + WRITER_BODY + tid_at, 8, false, b->big);
	move_params(r, &ev, b, to->p + WRITER_BODY);
	all = cursor_left(&ev.options);
	while (option_next(&ev.options, &opt) == 1)
		kept += 4 + pad4(opt.value.n);
	if (!r->name[0] || ev.options.bad)
		return;
	to->n -= all - MIN(kept, all);
	put_comment(r, to);
}

static void put_procs(struct renumber *r, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct buf *to = writer_begin(&r->made, BT_PL_V9);
	struct err damage = {0};
	struct meta_proc p;

	while (proclist_next(&c, b->info->version, &p, &damage) == 1) {
		int64_t *const ids[] = {
			&p.tid, &p.pid, &p.ptid, &p.sid, &p.vpgid, &p.vtid, &p.vpid, &p.pgid};

		for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
			move_id(r, ids[i]);
		move_user(r, &p.uid);
		move_user(r, &p.gid);
		move_user(r, &p.loginuid);
		proclist_put(to, &p);
	}
}

static void put_users(struct renumber *r, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct buf *to = writer_begin(&r->made, BT_UL_V2);
	struct err damage = {0};
	struct meta_user u;

	while (userlist_next(&c, b->info->version, &u, &damage) == 1) {
		move_user(r, &u.uid);
		move_user(r, &u.gid);
		userlist_put(to, &u);
	}
}

static void put_fds(struct renumber *r, const struct block *b)
{
	struct buf *to = writer_begin(&r->made, b->type);

	buf_span(to, b->body);
	if (!to->failed && b->body.n >= 8)
		move_at(r, to->p + WRITER_BODY, 8, false, b->big);
}

int renumber_block(struct renumber *r, struct block *b, struct err *err)
{
	struct span raw;

	switch (b->info->kind) {
	case BLOCK_EVENT:
		put_event(r, b);
		break;
	case BLOCK_PROCLIST:
		put_procs(r, b);
		break;
	case BLOCK_USERLIST:
		put_users(r, b);
		break;
	case BLOCK_FDLIST:
		put_fds(r, b);
		break;
	default:
		return 0;
	}
	if (writer_finish(&r->made, &raw, err) < 0)
		return -1;
	block_become(b, raw);
	return 0;
}
