/* SPDX-License-Identifier: MIT */
/*
 * For tests that only ask whether decoding stays within the data: a span that reaches too far is
 * noticed when its bytes are read.
 */
#include "support/decode.h"

#include "filter/fields.h"
#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

static uint64_t touch(struct span s)
{
	uint64_t sum = s.n;

	for (size_t i = 0; i < s.n; i++)
		sum += s.p[i];
	return sum;
}

static uint64_t options(struct cursor c)
{
	struct option_view opt;
	uint64_t sum = 0;

	while (option_next(&c, &opt) == 1)
		sum += touch(opt.value);
	return sum;
}

static uint64_t packet(const struct block *b, const struct reader *r)
{
	struct err err = {0};
	struct packet p;

	if (!r || packet_decode(&p, b, r, &err) < 0)
		return 0;
	return touch(p.data) + options(p.options);
}

static uint64_t event(const struct block *b)
{
	struct err err = {0};
	struct event ev;
	uint64_t sum = 0, u;
	int64_t i;

	if (event_decode(&ev, b, &err) < 0)
		return 0;
	for (uint32_t n = 0; n < ev.nparams; n++) {
		sum += touch(ev.params[n]) + touch(event_str(&ev, n));
		sum += event_u64(&ev, n, &u) + event_i64(&ev, n, &i);
	}
	sum += touch(span_str(event_name(&ev))) + event_duration(&ev, &u);
	return sum + options(ev.options);
}

static uint64_t procs(struct cursor c, unsigned version)
{
	struct err err = {0};
	struct meta_proc p;
	uint64_t sum = 0;

	while (proclist_next(&c, version, &p, &err) == 1)
		sum += touch(p.comm) + touch(p.exe) + touch(p.exepath) + touch(p.args) + touch(p.cwd) +
			touch(p.env) + touch(p.cgroups) + touch(p.root);
	return sum;
}

static uint64_t fds(struct cursor c, unsigned version)
{
	struct err err = {0};
	struct meta_fd fd;
	uint64_t sum = (uint64_t)fdlist_tid(&c);

	while (fdlist_next(&c, version, &fd, &err) == 1)
		sum += touch(fd.name) + fd.type;
	return sum;
}

static uint64_t ifs(struct cursor c, unsigned version)
{
	struct err err = {0};
	struct meta_if i;
	uint64_t sum = 0;

	while (iflist_next(&c, version, &i, &err) == 1)
		sum += touch(i.name) + touch(span_of(i.addr, sizeof(i.addr)));
	return sum;
}

static uint64_t users(struct cursor c, unsigned version)
{
	struct err err = {0};
	struct meta_user u;
	uint64_t sum = 0;

	while (userlist_next(&c, version, &u, &err) == 1)
		sum += touch(u.name) + touch(u.home) + touch(u.shell);
	return sum;
}

static uint64_t machine(struct cursor c)
{
	struct meta_machine m;

	machine_read(&c, &m);
	return touch(m.host) + m.cpus;
}

uint64_t decode_block(const struct block *b, const struct reader *r)
{
	struct cursor c = cursor_of(b->body, b->big);

	switch (b->info->kind) {
	case BLOCK_PACKET:
		return packet(b, r);
	case BLOCK_EVENT:
		return event(b);
	case BLOCK_MACHINE:
		return machine(c);
	case BLOCK_PROCLIST:
		return procs(c, b->info->version);
	case BLOCK_FDLIST:
		return fds(c, b->info->version);
	case BLOCK_IFLIST:
		return ifs(c, b->info->version);
	case BLOCK_USERLIST:
		return users(c, b->info->version);
	default:
		return options(c) + touch(b->body);
	}
}

void put_every_field(struct buf *b)
{
	static const char *const args[] = {[FA_NONE] = "",
		[FA_INDEX] = "[1]",
		[FA_KEY] = "[HOME]",
		[FA_NEED_KEY] = "[memory]",
		[FA_NEED_INDEX] = "[1]",
		[FA_PARAM] = ".fd",
		[FA_NEED_TYPE] = ".open"};
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)); i++)
		if (!(f->flags & FIELD_FILTER_ONLY))
			buf_printf(b, "%%%s%s ", f->name, args[f->arg]);
}

static struct text *text_of_everything(struct err *err)
{
	struct buf b = {0};
	struct text *t;

	put_every_field(&b);
	buf_u8(&b, 0);
	t = text_new(&(struct text_opts){.template = (const char *)b.p, .utc = true}, err);
	buf_release(&b);
	return t;
}

bool decoder_start(struct decoder *d)
{
	struct err err = {0};

	state_free(d->state);
	d->state = state_new(&err);
	d->events = 0;
	if (!d->text) {
		d->text = text_of_everything(&err);
		d->joined = joined_new(d->text, joined_style(), false, &err);
		d->bare = text_new(&(struct text_opts){.template = ""}, &err);
		d->strace = d->bare ? joined_new(d->bare, strace_style(true), false, &err) : NULL;
		d->json = json_record_new(NULL, JSON_BULK, OCCURRENCE_ALL, &err);
		d->tree = tree_new(&err);
	}
	if (!d->state || !d->text || !d->joined || !d->strace || !d->json || !d->tree)
		return false;
	text_restart(d->text);
	joined_end(d->joined, &d->line);
	joined_end(d->strace, &d->line);
	json_record_restart(d->json);
	tree_restart(d->tree);
	return true;
}

void decoder_release(struct decoder *d)
{
	state_free(d->state);
	joined_free(d->joined);
	joined_free(d->strace);
	json_record_free(d->json);
	text_free(d->bare);
	tree_free(d->tree);
	text_free(d->text);
	buf_release(&d->line);
}

/* A packet as a line and as a tree. */
static void take_packet(struct decoder *d, const struct block *b, const struct reader *r)
{
	struct err err = {0};
	struct packet p;

	if (!r || packet_decode(&p, b, r, &err) < 0)
		return;
	text_note_packet(d->text, &p);
	buf_clear(&d->line);
	text_packet(d->text, &p, 1, &d->line);
	tree_put(d->tree, text_view_packet(d->text, &p, 1), &d->line);
	json_record_put(d->json, text_view_packet(d->text, &p, 1), &d->line);
	touch(buf_view(&d->line));
}

void decoder_take(struct decoder *d, const struct block *b, const struct reader *r)
{
	struct err err = {0};
	struct moment m;
	struct event ev;

	decode_block(b, r);
	if (b->info->kind == BLOCK_PACKET)
		take_packet(d, b, r);
	if (b->info->kind != BLOCK_EVENT) {
		(void)!state_load(d->state, b, &err);
		return;
	}
	if (event_decode(&ev, b, &err) < 0 || state_apply(d->state, &ev, &m, &err) < 0)
		return;
	text_note(d->text, &ev);
	buf_clear(&d->line);
	text_event(d->text, d->state, &m, ++d->events, &d->line);
	(void)!joined_event(d->joined, d->state, &m, d->events, true, &d->line, &err);
	(void)!joined_event(d->strace, d->state, &m, d->events, true, &d->line, &err);
	json_record_put(d->json, text_view(d->text, d->state, &m, d->events), &d->line);
	tree_put(d->tree, text_view(d->text, d->state, &m, d->events), &d->line);
	touch(buf_view(&d->line));
}

static void filter_block(struct filter *f, const struct block *b, const struct reader *r,
	struct state *st, struct place *place)
{
	struct err err = {0};
	struct packet packet;
	struct moment m;
	struct event ev;

	if (b->info->kind == BLOCK_PACKET && packet_decode(&packet, b, r, &err) == 0) {
		place_packet(place, &packet);
		filter_match_packet(f, &packet, reader_if(r, packet.interface)->linktype, place);
	} else if (b->info->kind != BLOCK_EVENT) {
		(void)!state_load(st, b, &err);
	} else if (event_decode(&ev, b, &err) == 0 && state_apply(st, &ev, &m, &err) == 0) {
		place_event(place, &ev);
		filter_match(f, st, &m, place);
	}
}

void filter_file(struct filter *f, const char *path)
{
	struct err err = {0};
	struct src *src = src_open(path, NULL, &err);
	struct reader *r = src ? reader_new(src, &err) : NULL;
	struct state *st = state_new(&err);
	struct place place = {0};
	struct block b;

	while (r && st && reader_next(r, &b, &err) == 1)
		filter_block(f, &b, r, st, &place);
	state_free(st);
	reader_free(r);
	src_close(src);
}
