/* SPDX-License-Identifier: MIT */
/*
 * Who knows containers on this host: engines that answer over a socket (Docker, Podman), and what
 * runtimes leave in files (containerd, CRI-O, Podman, runc). These wait for their answers, so only
 * a thread of its own calls them.
 */
#ifndef SCAPCAP_ENGINE_H
#define SCAPCAP_ENGINE_H

#include "tools/scapcap/box.h"

/* Before the first thread starts. Returns whether sockets can be asked. */
bool engine_init(void);

/*
 * Asks the engine behind a socket: the list has what matters, at once; an inspection has more, but
 * Docker keeps it waiting until the container has started. The container's JSON object, the caller's;
 * NULL: not known.
 */
json_t *engine_list(const char *socket, const struct box_id *id);
json_t *engine_inspect(const char *socket, const struct box_id *id);

/* The same from the files of runtimes; root, "" as a rule, is in front of their paths. */
json_t *engine_look(const char *root, const struct box_id *id);

#endif
