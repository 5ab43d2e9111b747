/* SPDX-License-Identifier: MIT */
/*
 * Events and packets as lines of text. The default line of events is sysdig's:
 * %evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir %evt.type %evt.info
 * and that of packets #%frame.number %evt.outputtime %frame.interface %packet.info
 */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include "filter/param.h"
#include "pcapng/packet.h"

struct text;
struct view;

struct text_opts {
	const char *template; /* NULL for the default lines */
	/*
	 * Of packets. NULL: the default line if template is NULL, too; else template, if it has a
	 * field that says something of packets; if not, they have no lines.
	 */
	const char *packets;
#define TEXT_PACKET_TEMPLATE "#%frame.number %evt.outputtime %frame.interface %packet.info"
	bool require; /* no line where a value of a template is missing, but for one with '*' in front */
	enum text_time time;
	bool utc;            /* times in UTC instead of the local zone */
	uint32_t data_limit; /* dots longer than this are cut with "..."; 0: never */
	enum data_mode data_mode;
	bool raw;            /* texts as they are, line feeds too */
};

/* Compiles the template. Returns NULL on failure (err says which field is unknown). */
MUST_CHECK struct text *text_new(const struct text_opts *opts, struct err *err);

/* Accepts NULL. */
void text_free(struct text *t);

/* A file begins: forgets the times of the one before. */
void text_restart(struct text *t);

/*
 * Tell t of each record in turn, shown or not, before it is shown: numbers of frames and relative
 * times need all of them. A damaged record counts.
 */
void text_note(struct text *t, const struct event *ev);
void text_note_packet(struct text *t, const struct packet *p);
void text_note_damaged(struct text *t);

/* Appends the line of event number num, with its line feed, to out; nothing if it has none. */
void text_event(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out);

/* The same without a line feed. Returns whether there is a line. */
bool text_put(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out);

/* Whether lines of events show what the state knows; else moments need nothing but their event. */
bool text_needs_state(const struct text *t);

/* Whether packets have lines. */
bool text_has_packets(const struct text *t);

/*
 * Appends the line of a packet, number frame among events and packets. It may be told of later, at
 * its place in the file.
 */
void text_packet(struct text *t, const struct packet *p, uint64_t frame, struct buf *out);

/* The record that t's fields looked at last was shown in another way. */
void text_shown(struct text *t);

/* What t's fields look at for an event, and for a packet. Valid until the next call for t. */
const struct view *text_view(struct text *t, const struct state *st, const struct moment *m,
	uint64_t num);
const struct view *text_view_packet(struct text *t, const struct packet *p, uint64_t frame);

#endif
