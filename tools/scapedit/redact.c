/* SPDX-License-Identifier: MIT */
/*
 * Each block is copied and changed where it stands, since nothing changes its length; only payloads
 * that are dropped are cut out of their records. The state behind the events is that of the original:
 * it says what data came from and where relative paths start. Blocks we cannot look into stay away.
 */
#include "tools/scapedit/redact.h"

#include <stdlib.h>

#include "pcapng/packet.h"
#include "state/state.h"
#include "tools/scapedit/redact_block.h"
#include "tools/scapedit/redact_event.h"
#include "tools/scapedit/redact_packet.h"

/* Where options start in bodies. */
#define SECTION_OPTIONS   16
#define INTERFACE_OPTIONS 8
#define STATS_OPTIONS     12

struct redact {
	const struct redact_rules *rules;
	struct redact_key key;
	struct redact_texts texts;
	struct state *state;
	struct buf copy; /* of the block being changed */
	bool learnt;     /* all names are known */
	struct redact_report report;
};

struct redact *redact_new(const struct redact_rules *rules, const char *key, struct err *err)
{
	struct redact *r = calloc(1, sizeof(*r));

	if (!r) {
		err_memory(err);
		return NULL;
	}
	r->rules = rules;
	if ((key ? redact_key_read(&r->key, key, err) : redact_key_random(&r->key, err)) < 0 ||
		redact_texts_init(&r->texts, rules, &r->key, err) < 0)
		goto fail;
	r->state = state_new(err);
	if (r->state)
		return r;
fail:
	redact_free(r);
	return NULL;
}

void redact_free(struct redact *r)
{
	if (!r)
		return;
	state_free(r->state);
	redact_texts_release(&r->texts);
	redact_key_release(&r->key);
	buf_release(&r->copy);
	free(r);
}

static int memory(const struct redact *r, struct err *err)
{
	return r->copy.failed || redact_texts_failed(&r->texts) ? err_memory(err) : 0;
}

/* --- names ------------------------------------------------------------------------------------- */

static void learn(struct redact *r, const struct block *b)
{
	struct err damage = {0};
	struct event ev;

	if (b->info->kind != BLOCK_EVENT)
		redact_learn_list(&r->texts, b);
	else if (event_decode(&ev, b, &damage) == 0)
		redact_learn_event(&r->texts, &ev);
}

int redact_learn(struct redact *r, struct reader *in, struct err *err)
{
	struct err end = {0};
	struct block b;

	while (reader_next(in, &b, &end) == 1)
		learn(r, &b);
	r->learnt = true;
	return memory(r, err);
}

/* --- blocks ------------------------------------------------------------------------------------ */

/* A block whose options alone are texts; they start at this place of its body. */
static int take_options(
	struct redact *r, const struct block *b, size_t at, struct writer *out, struct err *err)
{
	at = MIN(at, b->body.n);
	redact_options(&r->texts, b->info->kind,
		cursor_of(span_of(b->body.p + at, b->body.n - at), b->big), r->copy.p);
	return writer_raw(out, b->raw, err);
}

static int take_packet(struct redact *r, const struct block *b, const struct reader *reader,
	struct writer *out, struct err *err)
{
	struct err damage = {0};
	struct packet p;

	if (packet_decode(&p, b, reader, &damage) < 0) {
		r->report.blocks++;
		return 0;
	}
	redact_options(&r->texts, BLOCK_PACKET, p.options, r->copy.p);
	if (r->rules->packets == PACKETS_HEADERS &&
		!redact_packet(&r->texts, p.via->linktype, r->copy.p + (p.data.p - r->copy.p),
			p.data.n)) {
		r->report.packets++;
		return 0;
	}
	return writer_raw(out, b->raw, err);
}

static int take_list(struct redact *r, const struct block *b, struct writer *out, struct err *err)
{
	int got = redact_list(&r->texts, out, b, r->copy.p, err);

	r->report.blocks += got == 0;
	return got < 0 ? -1 : 0;
}

/* original is the event as it came, of which the state hears; b the copy. */
static int take_event(struct redact *r, const struct block *original, const struct block *b,
	struct writer *out, struct err *err)
{
	struct err damage = {0};
	struct event was, ev;
	struct moment m;

	if (event_decode(&was, original, &damage) < 0 || event_decode(&ev, b, &damage) < 0) {
		r->report.blocks++;
		return 0;
	}
	if (state_apply(r->state, &was, &m, err) < 0)
		return -1;
	redact_options(&r->texts, BLOCK_EVENT, ev.options, r->copy.p);
	redact_event(&r->texts, &ev, r->copy.p, &m, r->state);
	return event_rewrite(out, b, &ev, err);
}

/* The same block in bytes of our own. */
static struct block copied(struct redact *r, const struct block *b)
{
	struct block c = *b;

	buf_clear(&r->copy);
	buf_span(&r->copy, b->raw);
	c.raw = buf_view(&r->copy);
	c.body.p = c.raw.p + (b->body.p - b->raw.p);
	return c;
}

static int take_known(struct redact *r, const struct block *b, const struct block *c,
	const struct reader *reader, struct writer *out, struct err *err)
{
	switch (b->info->kind) {
	case BLOCK_SECTION:
		return take_options(r, c, SECTION_OPTIONS, out, err);
	case BLOCK_INTERFACE:
		return take_options(r, c, INTERFACE_OPTIONS, out, err);
	case BLOCK_STATS:
		return take_options(r, c, STATS_OPTIONS, out, err);
	case BLOCK_PACKET:
		return take_packet(r, c, reader, out, err);
	case BLOCK_EVENT:
		return take_event(r, b, c, out, err);
	default:
		return take_list(r, c, out, err);
	}
}

static bool opaque(enum block_kind kind)
{
	return kind == BLOCK_UNKNOWN || kind == BLOCK_NAMES || kind == BLOCK_SECRETS ||
	       kind == BLOCK_CUSTOM || kind == BLOCK_OTHER;
}

/* Whether blocks of this kind are for others. */
static bool wanted(struct redact *r, enum block_kind kind)
{
	if (opaque(kind)) {
		r->report.blocks += !r->rules->blocks;
		return r->rules->blocks;
	}
	if (kind == BLOCK_PACKET)
		r->report.packets += r->rules->packets == PACKETS_DROP;
	if (kind == BLOCK_PACKET || kind == BLOCK_INTERFACE || kind == BLOCK_STATS)
		return r->rules->packets != PACKETS_DROP;
	return true;
}

static int take(void *self, const struct block *b, const struct reader *reader, struct writer *out,
	struct err *err)
{
	enum block_kind kind = b->info->kind;
	struct redact *r = self;
	struct err damage = {0};
	struct block c;

	if (!wanted(r, kind))
		return 0;
	if (opaque(kind))
		return writer_raw(out, b->raw, err);
	if (!r->learnt)
		learn(r, b);
	if (kind != BLOCK_EVENT && state_load(r->state, b, &damage) < 0 &&
		damage.code == ERR_MEMORY)
		return err_copy(err, &damage);
	c = copied(r, b);
	if (memory(r, err) < 0 || take_known(r, b, &c, reader, out, err) < 0)
		return -1;
	return memory(r, err);
}

void redact_restart(struct redact *r)
{
	r->report = (struct redact_report){0};
	memset(r->texts.counts, 0, sizeof(r->texts.counts));
}

const struct stage_ops redact_ops = {take, NULL};

int redact_search(
	struct redact *r, struct src *src, struct redact_residue *residue, struct err *err)
{
	return redact_residue_find(r->texts.gone, src, residue, err);
}

const struct redact_report *redact_report(struct redact *r)
{
	memcpy(r->report.counts, r->texts.counts, sizeof(r->report.counts));
	return &r->report;
}
