/* SPDX-License-Identifier: MIT */
/* What is reported as lists: JSON arrays, whichever form the report has in the end. */
#ifndef SCAPINFO_LISTS_H
#define SCAPINFO_LISTS_H

#include <jansson.h>

#include "tools/scapinfo/info.h"

/* A JSON string of a text from a file, whose bytes may be no UTF-8: those become '?'. */
json_t *list_text(struct span text);

/* Each returns a new array, which the caller owns, or NULL without memory. */
json_t *list_comments(const struct info *in);        /* texts */
json_t *list_encapsulations(const struct info *in);  /* texts: what kinds of records there are */
json_t *list_block_types(const struct info *in);     /* name, count; as they were met */
json_t *list_categories(const struct info *in);      /* name, count; most frequent first */
json_t *list_event_names(const struct info *in);     /* the same, without internal records */
json_t *list_containers(const struct info *in);      /* id, name, image, type, threads */
json_t *list_interfaces(const struct info *in);      /* what the file says, what was counted */
json_t *list_record_comments(const struct info *in); /* event or packet, text */

#endif
