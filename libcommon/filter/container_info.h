/* SPDX-License-Identifier: MIT */
/*
 * What the records of containers say beyond what the state keeps apart: their JSON, parsed once per
 * record and kept.
 */
#ifndef FILTER_CONTAINER_INFO_H
#define FILTER_CONTAINER_INFO_H

#include <jansson.h>

#include "base/map.h"
#include "state/containers.h"

struct container_infos {
	struct map by_record; /* struct container_info, by where the record's text is */
};

/* Makes infos empty. */
void container_infos_init(struct container_infos *infos);

/* Frees all that was parsed. */
void container_infos_release(struct container_infos *infos);

/*
 * The object "container" of c's record. NULL when there is no record, or it is no JSON. Borrowed,
 * valid until the next call.
 */
const json_t *container_info(struct container_infos *infos, const struct container *c);

#endif
