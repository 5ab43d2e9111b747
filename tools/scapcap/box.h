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
	bool named;    /* it is a name, which nobody knows more of */
	uint32_t uid;  /* the user whose slice of the machine it is in; 0: none */
};

/* Whether these cgroups are a container's that an engine may know; fills in id. */
bool box_id_of(struct span cgroups, struct box_id *id);

/* What is known without asking: a container that has its id for a name. The caller's. */
json_t *box_of_id(const struct box_id *id);

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
 * The same from the annotations (an object of texts; NULL: none) in the files of containerd, CRI-O,
 * Podman and runc. Never NULL with memory.
 */
json_t *box_of_annotations(const struct box_id *id, const json_t *annotations);

/*
 * Adds what annotations did not say from the list of a store of containers (Podman's, CRI-O's), if the
 * container is in it; and from the annotations of its pod's sandbox. Both accept NULL.
 */
void box_add_stored(json_t *box, const struct box_id *id, const json_t *list);
void box_add_pod(json_t *box, const json_t *annotations);

/* Appends the text of a container record, with the line feed and the NUL that readers expect. */
void box_put(struct buf *to, const json_t *box);

#endif
