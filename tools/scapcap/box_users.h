/* SPDX-License-Identifier: MIT */
/* The users and groups that a container has in files of its own. */
#ifndef SCAPCAP_BOX_USERS_H
#define SCAPCAP_BOX_USERS_H

#include "base/buf.h"

/*
 * The root folder of a thread, if that is another one than ours: the container's, once it runs in it.
 * The caller's to close; -1 otherwise. Waits for no file system.
 */
int box_root(int64_t tid);

/*
 * Appends an entry for each line of etc/passwd and etc/group below root to a user list. Links do not
 * lead out of there.
 */
void box_users_put(int root, struct buf *to);

#endif
