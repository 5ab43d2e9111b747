/* SPDX-License-Identifier: MIT */
/*
 * The machine as of a record: threads, descriptors, users, groups, interfaces, containers. Loaded
 * from the list blocks, kept current by the events, dropped at each section header.
 *
 * Which moment do fields see? state_apply first carries out what the previous record left pending
 * (a closed descriptor, an exited thread), then what this record changes: so an open already shows
 * its new descriptor, and a close or an exit still shows what it ends.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "base/err.h"
#include "pcapng/writer.h"
#include "scap/event.h"
#include "state/containers.h"
#include "state/fds.h"
#include "state/threads.h"
#include "state/users.h"

struct state;

/* What an event is about, as of that event. All borrowed: valid until the next state_apply. */
struct moment {
	const struct event *ev;
	struct thread *thread;  /* of ev->tid; NULL when unknown */
	int64_t fd;             /* the descriptor the event works on or created; -1 without one */
	struct fd *entry;       /* what is known of it; NULL when nothing */
	uint64_t enter_ts;      /* of the matching enter record; 0 when there is none */
	bool renamed;           /* the event gave entry another name */
	const struct container *container; /* that the event, a record of one, tells of; else NULL */
};

/* How long the call took that m's event ends: measured by scapcap, or since its enter record. */
static inline bool moment_duration(const struct moment *m, uint64_t *ns)
{
	if (event_duration(m->ev, ns))
		return true;
	if (!event_is_exit(m->ev->type) || !m->enter_ts)
		return false;
	*ns = m->ev->ts > m->enter_ts ? m->ev->ts - m->enter_ts : 0;
	return true;
}

/* Returns NULL on failure (err). */
MUST_CHECK struct state *state_new(struct err *err);

/* Accepts NULL. */
void state_free(struct state *st);

/*
 * Takes in a block that is not an event: section headers reset, list blocks load, others are
 * ignored. Returns 0, or -1 when a list is damaged (err); what was whole before that is loaded.
 */
MUST_CHECK int state_load(struct state *st, const struct block *b, struct err *err);

/* Takes in an event. Never fails on odd data; -1 (err) only without memory. m is filled in. */
MUST_CHECK int state_apply(struct state *st, const struct event *ev, struct moment *m,
	struct err *err);

/*
 * Writes the state as it is now as list blocks of the newest versions, in libscap's order (machine,
 * interfaces, users, processes, descriptors), in the byte order of w. Then hidden events for what
 * lists have no place for: container records as they were, users of containers, and the calls that
 * make descriptors what they are, where a list would give them another name or role, cannot hold
 * their O_CLOEXEC, or would be too new for readers of this capture. Pending changes of the last
 * event are carried out first.
 *
 * What is lost: the calls threads are in (who cuts a capture repeats their enter records),
 * clone_ts and exec_ts, raw_name and cloned of descriptors, the role of unix sockets, where a
 * connect that failed was going, and what is cut from texts longer than libscap accepts.
 */
MUST_CHECK int state_dump(struct state *st, struct writer *w, struct err *err);

/* The same of what r has reached, with no more of each thread than its level says. */
struct reach;
MUST_CHECK int state_dump_reached(struct state *st, const struct reach *r, struct writer *w,
	struct err *err);

/*
 * Whether an event of this type can change what the state says of later events. An enter record
 * counts when its exit record's change needs it. Who drops events keeps these, hidden.
 */
bool state_changes(uint16_t type);

/* Lookups; NULL when unknown. Valid until the next change of st. */
struct thread *state_thread(const struct state *st, int64_t tid);
struct fd *state_fd(const struct state *st, const struct thread *t, int64_t fd);

/* The main thread of t's group, whose descriptors and cwd t shares; NULL when it is not known. */
struct thread *state_main(const struct state *st, const struct thread *t);

/* The machine, or NULL before its block. */
const struct meta_machine *state_machine(const struct state *st);

/* Interface i of the machine; NULL after the last. Valid until the next change of st. */
const struct meta_if *state_if(const struct state *st, size_t i);

/* Walks all live threads, users and groups, containers: start with *pos = 0; NULL at the end. */
struct thread *state_next_thread(const struct state *st, size_t *pos);
const struct meta_user *state_next_user(const struct state *st, size_t *pos);
const struct container *state_next_container(const struct state *st, size_t *pos);

#endif
