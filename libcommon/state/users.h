/* SPDX-License-Identifier: MIT */
/* Names of users and groups, of the host and of containers. */
#ifndef STATE_USERS_H
#define STATE_USERS_H

#include "scap/meta.h"

struct state;

/*
 * The user or group with this id in a container (empty: the host). NULL when unknown; no search of
 * the host's table for a container's. Valid until the next change of st.
 */
const struct meta_user *state_user(const struct state *st, struct span container, uint32_t uid);
const struct meta_user *state_group(const struct state *st, struct span container, uint32_t gid);

#endif
