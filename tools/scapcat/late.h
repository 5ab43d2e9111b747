/* SPDX-License-Identifier: MIT */
/*
 * Packets that stand behind the events they belong between: in a section of their own, as scapmerge
 * writes them for readers that stop at packets. A second reader over the same file finds them, so
 * that they can be shown in time.
 */
#ifndef SCAPCAT_LATE_H
#define SCAPCAT_LATE_H

#include "pcapng/packet.h"

/* Which sections such packets are in; zeros before the first block. */
struct late_watch {
	bool earlier;   /* a section before this one has events */
	bool events;    /* this one has */
	bool lists;     /* this one describes a machine */
	bool packets;   /* this one has */
	bool met;       /* such packets were met since the events they belong to */
	unsigned group; /* which events they belong to: grows with each new ones behind packets */
};

/* Looks at each block of a file in turn. */
void late_watch(struct late_watch *w, const struct block *b);

/* Whether packets of this section belong between events of sections before it. */
static inline bool late_here(const struct late_watch *w)
{
	return w->earlier && !w->events && !w->lists;
}

struct late;

/*
 * The name by which a capture, "-" for standard input, can be opened once more before it is read;
 * NULL when that cannot be. Whether it is a file is another question.
 */
const char *late_again(const char *path);

/*
 * Opens a capture, "-" for standard input, a second time if it is a file that has such packets.
 * NULL: it has none, or that would take too long to find out, or failed; whoever reads the file will
 * meet them at their place or be told. Close it with late_close.
 */
struct late *late_open(const char *path);

/* The same for any source, which it takes over. */
struct late *late_new(struct src *src);

/* Accepts NULL. */
void late_close(struct late *l);

/* The next packet, in the order of the file; NULL after the last. Valid until late_next. */
const struct packet *late_packet(const struct late *l);

/* Its number among the events and packets of the file, and the events it belongs to. */
uint64_t late_frame(const struct late *l);
unsigned late_group(const struct late *l);

/* Goes on to the next one. */
void late_next(struct late *l);

#endif
