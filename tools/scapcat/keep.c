/* SPDX-License-Identifier: MIT */
/*
 * An event that is left out and changes the state is written at its place, hidden. An enter record
 * of another call waits (state/open_calls.h) until something of its thread is written before the
 * call is over, which may be looked at together with it; then its exit record has to follow, too.
 *
 * Readers of scap want an event in every section they come to: one that would have none gets its
 * first, hidden.
 */
#include "tools/scapcat/keep.h"

#include <errno.h>
#include <stdlib.h>

#include "io/sink.h"
#include "scap/hide.h"
#include "state/open_calls.h"

struct keep {
	struct sink *sink;
	bool all;
	struct calls calls;
	struct buf text;  /* of the records being written */
	struct buf first; /* the first event of the section, hidden, until one is written */
	bool wrote;       /* some event of the section is */
	struct err err;   /* why writing failed */
	bool gone;        /* because nobody reads it any more */
};

struct keep *keep_open(const char *path, bool all, struct err *err)
{
	struct keep *k = calloc(1, sizeof(*k));

	if (!k) {
		err_memory(err);
		return NULL;
	}
	k->all = all;
	calls_init(&k->calls);
	k->sink = sink_open(path, NULL, err);
	if (!k->sink) {
		keep_abort(k);
		return NULL;
	}
	return k;
}

static int failed(struct keep *k)
{
	k->gone = errno == EPIPE;
	return -1;
}

static int write_bytes(struct keep *k, struct span bytes)
{
	return sink_write(k->sink, bytes, &k->err) < 0 ? failed(k) : 0;
}

static int write_text(struct keep *k)
{
	if (k->text.failed || k->calls.failed)
		return err_memory(&k->err);
	return write_bytes(k, buf_view(&k->text));
}

int keep_event(struct keep *k, const struct event *ev, const struct block *b, enum keep_fate fate)
{
	bool write = fate == KEEP_SHOWN || calls_matter(&k->calls, ev);

	if (k->all)
		return write_bytes(k, b->raw);
	buf_clear(&k->text);
	if (write) {
		calls_put_thread(&k->calls, ev->tid, &k->text);
		if (fate == KEEP_HIDDEN)
			hide_event(&k->text, b);
		else
			buf_span(&k->text, b->raw);
	} else if (!k->wrote && !k->first.n) {
		hide_event(&k->first, b);
	}
	k->wrote |= write;
	calls_note(&k->calls, ev, b, write);
	return write_text(k);
}

/* A section is over. */
static int end_section(struct keep *k)
{
	int status = 0;

	if (k->first.failed)
		status = err_memory(&k->err);
	else if (!k->wrote)
		status = write_bytes(k, buf_view(&k->first));
	buf_clear(&k->first);
	calls_release(&k->calls);
	k->wrote = false;
	return status;
}

int keep_block(struct keep *k, const struct block *b)
{
	if (b->info->kind == BLOCK_SECTION && end_section(k) < 0)
		return -1;
	/* The reader has told of what is too short for its type; others would stop there. */
	return b->info == block_info(b->type) ? write_bytes(k, b->raw) : 0;
}

int keep_flush(struct keep *k)
{
	return sink_flush(k->sink, &k->err) < 0 ? failed(k) : 0;
}

void keep_abort(struct keep *k)
{
	if (!k)
		return;
	sink_abort(k->sink);
	calls_release(&k->calls);
	buf_release(&k->text);
	buf_release(&k->first);
	free(k);
}

int keep_close(struct keep *k, struct err *err)
{
	int status = 0;

	if (!k)
		return 0;
	if (k->err.code || end_section(k) < 0) {
		status = -1;
	} else if (sink_offset(k->sink)) {
		status = sink_close(k->sink, &k->err);
		k->gone = status < 0 && errno == EPIPE;
		k->sink = NULL;
	}
	if (status < 0 && !k->gone)
		err_copy(err, &k->err);
	keep_abort(k);
	return status;
}
