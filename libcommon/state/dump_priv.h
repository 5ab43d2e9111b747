/* SPDX-License-Identifier: MIT */
/* What state_dump writes behind the lists. */
#ifndef STATE_DUMP_PRIV_H
#define STATE_DUMP_PRIV_H

#include "state/record.h"
#include "state/state_priv.h"

/*
 * Whether a descriptor can be in a list. Kinds newer than FILE_V2 make lists unreadable to sysdig
 * 0.29.3, so those that came with events, which it skips, go back into events.
 */
bool list_takes(const struct fd *fd);

/*
 * How a descriptor goes into a list: *m is its entry. Returns whether reading it back gives the
 * same descriptor; when not, restore_fd has to follow.
 */
bool list_form(struct state *st, const struct fd *fd, const uint8_t *server_ports,
	struct meta_fd *m);

/* Write the calls that make a descriptor or thread what it is, beyond what lists hold. */
MUST_CHECK int restore_fd(struct record *r, const struct thread *t, const struct fd *fd,
	bool list_holds, struct err *err);
MUST_CHECK int restore_thread(struct record *r, const struct thread *t, struct err *err);

/* Write the records of a container, of a user or group of one. */
MUST_CHECK int restore_container(struct record *r, const struct container *c, struct err *err);
MUST_CHECK int restore_user(struct record *r, const struct meta_user *u, struct err *err);

#endif
