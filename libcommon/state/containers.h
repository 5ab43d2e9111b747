/* SPDX-License-Identifier: MIT */
/* Containers: which one a thread's cgroups say, and what the records of a capture say of it. */
#ifndef STATE_CONTAINERS_H
#define STATE_CONTAINERS_H

#include "base/base.h"
#include "base/span.h"

struct state;

/* Engines, as numbered in container records. */
enum container_type {
	CT_DOCKER = 0,
	CT_LXC = 1,
	CT_LIBVIRT_LXC = 2,
	CT_MESOS = 3,
	CT_RKT = 4,
	CT_CUSTOM = 5,
	CT_CRI = 6,
	CT_CONTAINERD = 7,
	CT_CRIO = 8,
	CT_BPM = 9,
	CT_STATIC = 10,
	CT_PODMAN = 11,
	CT_UNKNOWN = 255,
};

/* All texts are interned by the state. */
struct container {
	struct span id;        /* short form, as threads carry it */
	struct span full_id;
	struct span name, image;
	uint8_t type;          /* enum container_type */
	struct span json;      /* the record as it was in the file; empty without one */
	uint16_t event_type;   /* of that record */
};

/* The container with this id, or NULL. Valid until the next change of st. */
const struct container *state_container(const struct state *st, struct span id);

/*
 * The id in the cgroups of a thread (NUL separated "subsystem=path"): borrowed from them, cut as
 * sysdig cuts it. Empty when the thread is on the host. *type is set to the engine the path speaks
 * of, or to CT_UNKNOWN.
 */
struct span container_of_cgroups(struct span cgroups, uint8_t *type);

/* "docker", "containerd", ...; NULL for unknown numbers. */
const char *container_type_name(uint8_t type);

#endif
