/* SPDX-License-Identifier: MIT */
/* Capabilities: which there are, and how those that are no longer needed are given up. */
#ifndef SCAPCAP_PRIVS_H
#define SCAPCAP_PRIVS_H

#include "base/err.h"

/* Whether this process has the capability of that number (linux/capability.h). */
bool privs_have(unsigned capability);

/* Setter of an option (struct opt): the name of a user that there is. dest is a const char *. */
MUST_CHECK int privs_set_user(void *dest, const char *arg, struct err *err);

/*
 * Gives up what is not needed once the programs are attached; with a user, that is who
 * we are from now on. What stays: reading what other users' processes are and have open, raising the
 * own priority and, without a user, writing files wherever root may. Returns 0, or -1 (err).
 */
MUST_CHECK int privs_drop(const char *user, struct err *err);

#endif
