/* SPDX-License-Identifier: MIT */
/*
 * Engines that tell of their containers over a socket: Docker and Podman. They may take their time,
 * so only a thread of its own asks them.
 */
#ifndef SCAPCAP_ENGINE_H
#define SCAPCAP_ENGINE_H

#include <stdatomic.h>

#include "tools/scapcap/box.h"

/* Before the first thread starts. Returns whether sockets can be asked. */
bool engine_init(void);

/* An engine that is asked. */
struct engine {
	const char *socket;      /* its path */
	const atomic_bool *stop; /* becomes true when nobody wants the answer any more */
	bool silent;             /* set when it took a question but did not answer in time */
};

/*
 * What an engine says of a container: the list has what matters, at once; an inspection has more, but
 * Docker keeps it waiting until the container has started. The container's JSON object, the caller's;
 * NULL: not known.
 */
json_t *engine_list(struct engine *e, const struct box_id *id);
json_t *engine_inspect(struct engine *e, const struct box_id *id);

#endif
