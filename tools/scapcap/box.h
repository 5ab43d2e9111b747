/* SPDX-License-Identifier: MIT */
/* What an engine says of a container, and the record of it in a capture. */
#ifndef SCAPCAP_BOX_H
#define SCAPCAP_BOX_H

#include <jansson.h>

#include "base/buf.h"
#include "state/containers.h"

#define BOX_ID 128 /* with its NUL; ids of engines have 64 digits */

/* A container to ask for: its id as its cgroups have it, and the engine that their path speaks of. */
struct box_id {
	char full[BOX_ID];
	uint8_t shown; /* so many characters of it are the id that readers know */
	uint8_t type;  /* enum container_type */
};

/* Whether these cgroups are a container's that an engine may know; fills in id. */
bool box_id_of(struct span cgroups, struct box_id *id);

/*
 * The container as a JSON object, with the keys that sysdig writes, from the answer of Docker's and
 * Podman's API to GET /containers/ID/json. The caller's. NULL when it is no such answer.
 */
json_t *box_of_inspect(const struct box_id *id, const json_t *answer);

/*
 * The same, without what only the longer answer has, from that to GET /containers/json, a list: from
 * the container's item. NULL: it is not in there.
 */
json_t *box_of_list(const struct box_id *id, const json_t *answer);

/*
 * The same from the annotations (an object of texts) in the files of containerd, CRI-O, Podman and
 * runc. Never NULL with memory.
 */
json_t *box_of_annotations(const struct box_id *id, const json_t *annotations);

/* Appends the text of a container record, with the line feed and the NUL that readers expect. */
void box_put(struct buf *to, const json_t *box);

#endif
