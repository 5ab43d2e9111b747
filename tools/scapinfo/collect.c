/* SPDX-License-Identifier: MIT */
/*
 * Each kind of block has a function that counts it. Event records, of which there are millions,
 * cost a decode and a few additions; the state is asked about container records only, whose JSON it
 * understands.
 */
#include "tools/scapinfo/collect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "pcapng/pcapng.h"
#include "pcapng/reader.h"
#include "scap/event.h"
#include "scap/loss.h"
#include "tools/scapinfo/inventory.h"

/* What is needed only while reading. */
struct collector {
	struct info *in;
	struct reader *r;
	struct inventory inventory;
	size_t section_ifs; /* interfaces before this section */
	uint64_t prev;      /* time of the last record in this section */
	bool section_events, section_packets;
	struct info_times meta; /* of records about the machine, not about what happened on it */
	size_t last_block_type; /* index of the block type counted last */
	uint64_t event_blocks;  /* so far: the number of an event */
};

/* Counts a damaged block; what was whole of it has been counted before. */
static void damaged(struct collector *c, const struct block *b, const struct err *err)
{
	c->in->damaged++;
	reader_warn(c->r, b->offset, "%s", err->text);
}

static void count_block(struct collector *c, const struct block *b)
{
	struct info *in = c->in;
	bool known = b->info->kind != BLOCK_UNKNOWN;
	uint32_t type = known ? b->info->type : b->type;
	size_t i = c->last_block_type;

	in->blocks++;
	in->unknown_blocks += !known;
	if (i >= in->nblock_types || in->block_types[i].type != type)
		for (i = 0; i < in->nblock_types && in->block_types[i].type != type;)
			i++;
	if (i == INFO_BLOCK_TYPES) {
		in->other_blocks++;
		return;
	}
	if (i == in->nblock_types) {
		in->block_types[i] = (struct info_block_type){.type = type};
		in->nblock_types++;
	}
	in->block_types[i].n++;
	c->last_block_type = i;
}

static void stretch(struct info_times *t, uint64_t ts)
{
	if (!t->first || ts < t->first)
		t->first = ts;
	if (ts > t->last)
		t->last = ts;
}

/* A record at this time. Times of 0 are none. */
static void count_time(struct collector *c, uint64_t ts)
{
	if (!ts)
		return;
	if (ts < c->prev)
		c->in->unordered = true;
	c->prev = ts;
	stretch(&c->in->times, ts);
}

/* Counts what the options of a record hold: comments, of which the first ones are kept. */
static int count_comments(struct collector *c, struct cursor options, bool is_packet,
	uint64_t number, struct err *err)
{
	struct info *in = c->in;
	struct option_view opt;

	while (option_next(&options, &opt) > 0) {
		struct info_comment *to;

		if (opt.code != OPT_COMMENT || in->ncomments++ >= INFO_COMMENTS)
			continue;
		to = info_add(&in->record_comments, sizeof(*to));
		if (!to)
			return err_memory(err);
		*to = (struct info_comment){is_packet, number, info_keep(in, opt.value)};
	}
	return 0;
}

/* --- sections and interfaces ----------------------------------------------------------------- */

/* Ends the section, if there was one; header is the next one's, or NULL. */
static int end_section(struct collector *c, const struct block *header, struct err *err)
{
	if (c->section_events && c->section_packets)
		c->in->mixed_section = true;
	c->section_events = c->section_packets = false;
	c->section_ifs = c->in->ifs.n;
	c->prev = 0;
	return inventory_section(&c->inventory, header, err);
}

/* The first of several options of a kind counts, as do those of the first section. */
static void keep_first(struct info *in, struct span *to, struct span text)
{
	if (!to->n)
		*to = info_keep(in, text);
}

static int section_option(struct info *in, const struct option_view *opt, struct err *err)
{
	struct span *comment;

	switch (opt->code) {
	case OPT_SHB_HARDWARE:
		keep_first(in, &in->hardware, opt->value);
		break;
	case OPT_SHB_OS:
		keep_first(in, &in->os, opt->value);
		break;
	case OPT_SHB_USERAPPL:
		keep_first(in, &in->application, opt->value);
		break;
	case OPT_COMMENT:
		comment = info_add(&in->comments, sizeof(*comment));
		if (!comment)
			return err_memory(err);
		*comment = info_keep(in, opt->value);
		break;
	}
	return 0;
}

static int count_section(struct collector *c, const struct block *b, struct err *err)
{
	struct info *in = c->in;
	struct cursor options = cursor_of(b->body, b->big);
	struct option_view opt;

	if (end_section(c, b, err) < 0)
		return -1;
	if (in->sections++ == 0) {
		in->major = reader_section(c->r)->major;
		in->minor = reader_section(c->r)->minor;
		in->big = b->big;
	}
	cursor_skip(&options, 16);
	while (option_next(&options, &opt) > 0)
		if (section_option(in, &opt, err) < 0)
			return -1;
	return 0;
}

static int count_interface(struct collector *c, const struct block *b, struct err *err)
{
	struct info_if *i = info_add(&c->in->ifs, sizeof(*i));
	struct cursor options = cursor_of(b->body, b->big);
	const struct reader_if *known;
	struct option_view opt;

	if (!i)
		return err_memory(err);
	i->section = b->section;
	i->id = reader_if_count(c->r) - 1;
	known = reader_if(c->r, i->id);
	i->linktype = known->linktype;
	i->snaplen = known->snaplen;
	i->units = known->units;
	cursor_skip(&options, 8);
	while (option_next(&options, &opt) > 0) {
		if (opt.code == OPT_IF_NAME)
			keep_first(c->in, &i->name, opt.value);
		else if (opt.code == OPT_IF_DESCRIPTION)
			keep_first(c->in, &i->description, opt.value);
		else if (opt.code == OPT_IF_OS)
			keep_first(c->in, &i->os, opt.value);
		else if (opt.code == OPT_IF_FILTER && opt.value.n && opt.value.p[0] == 0)
			keep_first(c->in, &i->filter, span_of(opt.value.p + 1, opt.value.n - 1));
	}
	return 0;
}

/* Interface number id of this section, or NULL. */
static struct info_if *interface(struct collector *c, uint32_t id)
{
	if (id >= c->in->ifs.n - c->section_ifs)
		return NULL;
	return (struct info_if *)c->in->ifs.p + c->section_ifs + id;
}

static void count_stats(struct collector *c, const struct block *b)
{
	struct cursor options = cursor_of(b->body, b->big);
	struct info_if *i = interface(c, cursor_u32(&options));
	struct option_view opt;

	cursor_skip(&options, 8);
	while (i && option_next(&options, &opt) > 0) {
		struct cursor value = cursor_of(opt.value, b->big);
		uint64_t n = cursor_u64(&value);

		if (value.bad)
			continue;
		i->has_stats = true;
		if (opt.code == OPT_ISB_IFRECV)
			i->received = n;
		else if (opt.code == OPT_ISB_IFDROP)
			i->dropped = n;
		else if (opt.code == OPT_ISB_OSDROP)
			i->os_dropped = n;
	}
}

/* --- records --------------------------------------------------------------------------------- */

static int count_packet(struct collector *c, const struct block *b, struct err *err)
{
	struct info *in = c->in;
	struct packet p;
	struct err bad = {0};
	struct option_view opt;
	struct info_if *i;

	if (packet_decode(&p, b, c->r, &bad) < 0) {
		damaged(c, b, &bad);
		return 0;
	}
	c->section_packets = true;
	in->packets++;
	in->packet_bytes += p.length;
	in->packet_captured += p.data.n;
	i = interface(c, p.interface);
	if (i) {
		i->packets++;
		i->bytes += p.length;
		i->captured += p.data.n;
	}
	if (p.has_ts)
		count_time(c, p.ts);
	if (!cursor_left(&p.options))
		return 0;
	if (option_find(p.options, OPT_EPB_DROPCOUNT, &opt) && opt.value.n == 8)
		in->packet_drops += load_u64(opt.value.p, b->big);
	return count_comments(c, p.options, true, in->packets, err);
}

static void count_params(struct info *in, const struct event *ev)
{
	uint8_t n = (uint8_t)ev->nparams;

	if (!in->types[ev->type]++) {
		in->min_params[ev->type] = in->max_params[ev->type] = n;
		return;
	}
	in->min_params[ev->type] = MIN(in->min_params[ev->type], n);
	in->max_params[ev->type] = MAX(in->max_params[ev->type], n);
}

/* What there is to say of an event by its type, which the table has. */
static int count_type(struct collector *c, const struct event *ev, struct err *err)
{
	struct info *in = c->in;
	uint32_t category = ev->info->category;
	uint64_t code = 0;

	count_params(in, ev);
	if (category & EC_SYSCALL) {
		in->enters += !event_is_exit(ev->type);
		in->exits += event_is_exit(ev->type);
	}
	in->drop_events += ev->type == PPME_DROP_E || ev->type == PPME_DROP_X;
	in->lost += loss_count(ev);
	if (ev->type == PPME_GENERIC_E || ev->type == PPME_GENERIC_X) {
		(void)event_u64(ev, 0, &code);
		in->calls[code < INFO_CALLS ? code : 0]++;
	}
	return inventory_event(&c->inventory, ev, err);
}

/* Hidden records and those about the machine say little of when the capture was taken. */
static void count_event_time(struct collector *c, const struct event *ev)
{
	if (ev->flags & EVENT_HIDDEN)
		return;
	if (!ev->info || !(ev->info->category & EC_METAEVENT))
		count_time(c, ev->ts);
	else if (ev->ts)
		stretch(&c->meta, ev->ts);
}

static int count_event(struct collector *c, const struct block *b, struct err *err)
{
	struct info *in = c->in;
	struct event ev;
	struct err bad = {0};

	c->event_blocks++;
	if (event_decode(&ev, b, &bad) < 0) {
		damaged(c, b, &bad);
		return 0;
	}
	in->events++;
	in->event_bytes += b->raw.n;
	if (ev.flags & EVENT_HIDDEN)
		in->hidden++;
	else
		c->section_events = true;
	count_event_time(c, &ev);
	if (cursor_left(&ev.options) &&
		count_comments(c, ev.options, false, c->event_blocks, err) < 0)
		return -1;
	if (ev.info)
		return count_type(c, &ev, err);
	in->unknown_events++;
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------- */

static int count_one(struct collector *c, const struct block *b, struct err *err)
{
	struct err bad = {0};

	c->in->is_scap |= b->info->kind >= BLOCK_MACHINE;
	count_block(c, b);
	switch (b->info->kind) {
	case BLOCK_EVENT:
		return count_event(c, b, err);
	case BLOCK_PACKET:
		return count_packet(c, b, err);
	case BLOCK_SECTION:
		return count_section(c, b, err);
	case BLOCK_INTERFACE:
		return count_interface(c, b, err);
	case BLOCK_STATS:
		count_stats(c, b);
		return 0;
	default:
		if (inventory_block(&c->inventory, b, &bad, err) < 0)
			return -1;
		if (bad.code)
			damaged(c, b, &bad);
		return 0;
	}
}

static int count_all(struct collector *c, struct err *err)
{
	struct block b;
	int got;

	while ((got = reader_next(c->r, &b, err)) > 0)
		if (count_one(c, &b, err) < 0)
			return -1;
	/* The end of the last section, also of one that was cut short. */
	if (end_section(c, NULL, err) < 0)
		return -1;
	return got;
}

static void take_trouble(struct info *in, const struct reader_warnings *w)
{
	char text[200];

	in->warnings = *w;
	if (!w->count)
		return;
	snprintf(text, sizeof(text), "offset %" PRIu64 ": %s", w->first_offset, w->first);
	in->warning = info_keep(in, span_str(text));
}

int collect_run(struct info *in, struct src *src, struct err *err)
{
	struct collector c = {.in = in};
	int status = -1;

	if (inventory_init(&c.inventory, in, err) < 0)
		goto out;
	c.r = reader_new(src, err);
	if (!c.r)
		goto out;
	in->is_pcap = reader_format(c.r) == READER_PCAP;
	in->packing = info_keep(in, span_str(src_packing(src)));
	status = count_all(&c, err);
	if (intern_failed(in->texts))
		status = err_memory(err);
	if (!in->times.first)
		in->times = c.meta;
	take_trouble(in, reader_warnings(c.r));
	in->data_size = src_offset(src);
	in->file_size = src_file_size(src) ? src_file_size(src) : src_bytes_in(src);
out:
	if (status < 0) {
		in->incomplete = true;
		snprintf(in->failure, sizeof(in->failure), "%s", err->text);
	}
	inventory_release(&c.inventory);
	reader_free(c.r);
	return status;
}
