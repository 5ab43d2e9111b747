/* SPDX-License-Identifier: MIT */
/*
 * Which process had which socket when. Written while events pass, in their order, to a file without a
 * name; read back by time while packets are written, so that memory follows the sockets of the moment.
 */
#ifndef SCAPMERGE_OWNERS_H
#define SCAPMERGE_OWNERS_H

#include "state/state.h"
#include "tools/scapmerge/flow.h"

struct owners;

/* How sure it is that a packet is this process's. */
enum owner_how {
	OWNER_NONE,
	OWNER_LISTENING, /* it has a socket for the port, but none was seen for the connection */
	OWNER_TUPLE,     /* it had this connection, at another time: shortly before or after */
	OWNER_EXACT,     /* it had this connection at that time */
};

#define OWNER_COMM 16

struct owner {
	enum owner_how how;
	int64_t pid, tid;      /* of the thread that used the socket last, or made it */
	char comm[OWNER_COMM]; /* cut, with a NUL */
};

/* "exact", ... Static. */
const char *owner_how_name(enum owner_how how);

/* Returns NULL without memory (err). */
MUST_CHECK struct owners *owners_new(struct err *err);

/* Accepts NULL. */
void owners_free(struct owners *o);

/* The machine they are of; "" when no event was seen. Valid until owners_free. */
const char *owners_host(const struct owners *o);

/* The state was loaded anew: all its sockets are looked at with the next event. */
void owners_restart(struct owners *o);

/* Takes in what the event of m, which was applied to st, says of sockets. -1 on failure (err). */
MUST_CHECK int owners_note(struct owners *o, const struct state *st, const struct moment *m,
	struct err *err);

/* When the call of m began, as far as its records tell (ns since 1970). */
uint64_t owners_begin_of_call(const struct moment *m);

/*
 * Who had the socket with the local end f->src and the other end f->dst at ts (ns since 1970). Times
 * must not go back by more than a second or so from call to call; the first call ends writing.
 * Returns 0, *found with how OWNER_NONE if nobody; -1 on failure (err).
 */
MUST_CHECK int owners_find(struct owners *o, const struct flow *f, uint64_t ts, struct owner *found,
	struct err *err);

#endif
