/* SPDX-License-Identifier: MIT */
/*
 * Makes a fixture of a live capture: keeps what the command of `scapcap -- COMMAND` and its
 * descendants did, and of the machine only what they need. Nothing else of the recording machine
 * gets into the repository. Usage: trim IN OUT
 */
#include "base/map.h"
#include "cli/msg.h"
#include "io/sink.h"
#include "pcapng/reader.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

/* What the command's arguments name. */
#define COMMAND "workload.py"

struct trim {
	struct writer w;
	struct map kept; /* bool by tid */
};

static bool is_kept(const struct trim *t, int64_t tid)
{
	return map_get(&t->kept, (uint64_t)tid) != NULL;
}

static int keep(struct trim *t, int64_t tid, struct err *err)
{
	return map_put(&t->kept, (uint64_t)tid) ? 0 : err_memory(err);
}

/* Whether the thread is to become the command: a copy of scapcap that has it in its arguments. */
static bool is_command(const struct meta_proc *p)
{
	return span_eq(p->comm, span_str("scapcap")) && p->args.n &&
		memmem(p->args.p, p->args.n, COMMAND, strlen(COMMAND));
}

static int trim_procs(struct trim *t, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct buf *out = writer_begin(&t->w, BT_PL_V9);
	struct meta_proc p;
	int got;

	while ((got = proclist_next(&c, b->info->version, &p, err)) > 0) {
		if (!is_command(&p))
			continue;
		if (keep(t, p.tid, err) < 0)
			return -1;
		proclist_put(out, &p);
	}
	return got < 0 ? -1 : writer_end(&t->w, err);
}

static int trim_fds(struct trim *t, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);

	return is_kept(t, fdlist_tid(&c)) ? writer_raw(&t->w, b->raw, err) : 0;
}

static int trim_ifs(struct trim *t, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct buf *out = writer_begin(&t->w, BT_IL_V2);
	struct meta_if i;
	int got;

	while ((got = iflist_next(&c, b->info->version, &i, err)) > 0)
		if (span_eq(i.name, span_str("lo")))
			iflist_put(out, &i);
	return got < 0 ? -1 : writer_end(&t->w, err);
}

static int trim_users(struct trim *t, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct buf *out = writer_begin(&t->w, BT_UL_V2);
	struct meta_user u;
	int got;

	while ((got = userlist_next(&c, b->info->version, &u, err)) > 0)
		if (span_eq(u.name, span_str("root")))
			userlist_put(out, &u);
	return got < 0 ? -1 : writer_end(&t->w, err);
}

static int trim_machine(struct trim *t, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_machine m;

	machine_read(&c, &m);
	m.host = span_str("debian");
	machine_put(writer_begin(&t->w, BT_MI), &m);
	return writer_end(&t->w, err);
}

/* Children are told by what clone and its kin return to their parents, or by themselves. */
static int trim_event(struct trim *t, const struct block *b, struct err *err)
{
	struct event ev;
	int64_t res, ptid;
	bool clones;

	if (event_decode(&ev, b, err) < 0)
		return -1;
	clones = ev.info && event_is_exit(ev.type) && event_param(&ev, "ptid") >= 0 &&
		event_i64(&ev, 0, &res);
	if (clones && res > 0 && is_kept(t, ev.tid) && keep(t, res, err) < 0)
		return -1;
	if (clones && res == 0 && event_i64(&ev, (uint32_t)event_param(&ev, "ptid"), &ptid) &&
		is_kept(t, ptid) && keep(t, ev.tid, err) < 0)
		return -1;
	return is_kept(t, ev.tid) ? writer_raw(&t->w, b->raw, err) : 0;
}

static int trim_block(struct trim *t, const struct block *b, struct err *err)
{
	switch (b->info->kind) {
	case BLOCK_MACHINE:
		return trim_machine(t, b, err);
	case BLOCK_PROCLIST:
		return trim_procs(t, b, err);
	case BLOCK_FDLIST:
		return trim_fds(t, b, err);
	case BLOCK_IFLIST:
		return trim_ifs(t, b, err);
	case BLOCK_USERLIST:
		return trim_users(t, b, err);
	case BLOCK_EVENT:
		return trim_event(t, b, err);
	default:
		return writer_raw(&t->w, b->raw, err);
	}
}

int main(int argc, char **argv)
{
	struct trim t = {0};
	struct err err = {0};
	struct block b;
	struct src *src;
	struct reader *r = NULL;
	struct sink *out = NULL;
	int got = -1;

	if (argc != 3)
		return msg_usage("usage: trim IN OUT");
	map_init(&t.kept, sizeof(bool));
	src = src_open(argv[1], NULL, &err);
	r = src ? reader_new(src, &err) : NULL;
	out = r ? sink_open(argv[2], NULL, &err) : NULL;
	writer_init(&t.w, out, false);
	while (out && (got = reader_next(r, &b, &err)) > 0 && trim_block(&t, &b, &err) == 0)
		;
	if (got == 0 && sink_close(out, &err) == 0)
		out = NULL;
	sink_abort(err.code ? out : NULL);
	if (err.code)
		msg_err(argv[1], &err);
	writer_release(&t.w);
	map_release(&t.kept);
	reader_free(r);
	src_close(src);
	return err.code ? STATUS_DATA : STATUS_OK;
}
